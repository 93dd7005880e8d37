// What was typed and not sent, one for each chat, with who it is meant for: an internal note must not come back as an answer.
import type { ChatId } from '@holdfast/core';
import { keep, keptNames, readKept } from './kept.ts';

export type DraftFor = 'answer' | 'note';

export interface Draft {
  readonly meant: DraftFor;
  readonly text: string;
}

const nothing: Draft = { meant: 'answer', text: '' };

export class Drafts {
  readonly #author: string;

  constructor(author: string) {
    this.#author = author;
  }

  read(chat: string): Draft {
    return parseDraft(readKept(this.#key(chat)));
  }

  write(chat: string, draft: Draft): void {
    const empty = draft.text === '' && draft.meant === nothing.meant;
    keep(this.#key(chat), empty ? null : JSON.stringify(draft));
  }

  /** Drops drafts of chats that are not held any more. */
  tidy(held: ReadonlySet<ChatId>): void {
    const start = this.#key('');
    for (const name of keptNames(start)) if (!held.has(name.slice(start.length))) keep(name, null);
  }

  #key(chat: string): string {
    return `draft:${this.#author}:${chat}`;
  }
}

export function parseDraft(kept: string | null): Draft {
  try {
    const { meant, text } = JSON.parse(kept ?? '{}') as Partial<Draft>;
    if (typeof text !== 'string') return nothing;
    return { meant: meant === 'note' ? 'note' : 'answer', text };
  } catch {
    return nothing;
  }
}
