import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Field } from './field.ts';
import { leastFar, savedWords } from './saved.ts';

type Any = Pick<
  Field<unknown>,
  'key' | 'changed' | 'problem' | 'register' | 'save' | 'takeTheirs' | 'meanwhile'
>;

interface Props {
  readonly fields: readonly Any[];
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Fields that are saved together; each is a write of its own, so two people who change different fields never meet. */
export function Form({ fields, label, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const changed = fields.filter((field) => field.changed);
  const open = changed.some((field) => field.problem !== '' || field.meanwhile !== null);
  const save = () => {
    if (open) return form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    for (const field of changed) field.save();
  };
  return (
    <form
      ref={form}
      class="settings-form"
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        save();
      }}
    >
      {children}
      <div class="save-bar">
        <button type="submit" class="primary" disabled={changed.length === 0}>
          Save
        </button>
        {changed.length > 0 && (
          <button
            type="button"
            class="plain"
            onClick={() => {
              for (const field of changed) field.takeTheirs();
            }}
          >
            Discard changes
          </button>
        )}
        <p role="status" class="quiet saved">
          {changed.length > 0
            ? changedWords(changed)
            : savedWords(leastFar(fields.map(({ register }) => register)))}
        </p>
      </div>
    </form>
  );
}

function changedWords(changed: readonly Any[]): string {
  if (changed.some(({ problem }) => problem !== '')) return 'Something needs another look.';
  if (changed.some(({ meanwhile }) => meanwhile !== null))
    return 'Choose between theirs and yours.';
  return 'Not saved yet; kept in this browser.';
}
