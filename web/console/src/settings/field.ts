// One field of a form over one register: what counts, what was typed, what is wrong with it, and whether somebody else changed it meanwhile.
import type { RegisterView } from '@holdfast/core';
import { registerKey } from '@holdfast/core/desk';
import { useWatched } from '@holdfast/widget/shared';
import { useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import type { FormDraft } from './form_drafts.ts';

export interface FieldKind<T> {
  readonly entity: string;
  readonly field: string;
  /** A register's value as it stands in the field; also when it was never written, or by a version that meant something else. */
  readonly read: (value: unknown) => T;
  /** What is written; only asked when there is no problem. */
  readonly write: (typed: T) => unknown;
  /** In words for the person who typed it; '' when all is well. */
  readonly problem: (typed: T) => string;
}

export interface Field<T> {
  readonly key: string;
  readonly typed: T;
  readonly type: (next: T) => void;
  readonly problem: string;
  readonly changed: boolean;
  readonly register: RegisterView | undefined;
  /** Somebody else wrote it since the draft was begun: who, and what counts now. */
  readonly meanwhile: { readonly by: string | null; readonly theirs: T } | null;
  readonly takeTheirs: () => void;
  readonly keepMine: () => void;
  /** Writes what was typed when it differs from what counts. */
  readonly save: () => void;
}

export function useField<T>(desk: Desk, kind: FieldKind<T>): Field<T> {
  const { entity, field } = kind;
  const key = registerKey(entity, field);
  const register = useWatched(desk.client.settings).registers.get(key);
  const [drafts, setDrafts] = useState<{ key: string; draft: FormDraft | null }>(() => ({
    key,
    draft: desk.forms.read(key),
  }));
  const draft = drafts.key === key ? drafts.draft : desk.forms.read(key);
  const keepDraft = (next: FormDraft | null) => {
    desk.forms.write(key, next);
    setDrafts({ key, draft: next });
  };
  const current = kind.read(register?.value);
  const state = fieldState(kind, current, draft);
  const { typed, changed } = state;
  return {
    ...state,
    key,
    register,
    problem: changed ? kind.problem(typed) : '',
    meanwhile: state.overtaken ? { by: register?.by ?? null, theirs: current } : null,
    type: (next) =>
      keepDraft(
        same(next, current) ? null : { base: draft?.base ?? JSON.stringify(current), typed: next },
      ),
    takeTheirs: () => keepDraft(null),
    keepMine: () => draft && keepDraft({ ...draft, base: JSON.stringify(current) }),
    save: () => {
      if (!changed || kind.problem(typed) !== '') return;
      desk.client.writeSetting(entity, field, kind.write(typed));
      keepDraft(null);
    },
  };
}

export interface FieldState<T> {
  readonly typed: T;
  readonly changed: boolean;
  readonly overtaken: boolean;
}

export function fieldState<T>(
  kind: Pick<FieldKind<T>, 'problem'>,
  current: T,
  draft: FormDraft | null,
): FieldState<T> {
  if (draft === null || same(draft.typed, current))
    return { typed: current, changed: false, overtaken: false };
  // A draft of a version that meant something else: its shape is not to be trusted.
  if (shapeOf(draft.typed) !== shapeOf(current) || fails(() => kind.problem(draft.typed as T)))
    return { typed: current, changed: false, overtaken: false };
  return {
    typed: draft.typed as T,
    changed: true,
    overtaken: draft.base !== JSON.stringify(current),
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function shapeOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

function fails(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
