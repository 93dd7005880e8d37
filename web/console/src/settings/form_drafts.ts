// What was typed into a form and not saved: it survives a reload and a look at another page. What it began from is kept with it, so that a
// change that somebody else made meanwhile is noticed. Passwords are never kept.
import { keep, readKept } from '../kept.ts';

export interface FormDraft {
  /** The value, as JSON, that stood in the field when the draft was begun. */
  readonly base: string;
  readonly typed: unknown;
}

export class FormDrafts {
  readonly #author: string;

  constructor(author: string) {
    this.#author = author;
  }

  read(key: string): FormDraft | null {
    return parseFormDraft(readKept(this.#name(key)));
  }

  write(key: string, draft: FormDraft | null): void {
    keep(this.#name(key), draft === null ? null : JSON.stringify(draft));
  }

  #name(key: string): string {
    return `form:${this.#author}:${key}`;
  }
}

export function parseFormDraft(kept: string | null): FormDraft | null {
  try {
    const draft = JSON.parse(kept ?? 'null') as Partial<FormDraft> | null;
    if (draft === null || typeof draft.base !== 'string' || draft.typed === undefined) return null;
    return { base: draft.base, typed: draft.typed };
  } catch {
    return null;
  }
}
