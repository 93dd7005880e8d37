// How many messages of others the operator has seen in each chat. A count is enough: what is held of a chat only grows.
import type { ChatId, ChatView } from '@holdfast/core';
import { Cell } from './cell.ts';
import { theirsIn } from './conversation.ts';
import { keep, readKept } from './kept.ts';

export type Marks = ReadonlyMap<ChatId, number>;

export class ReadMarks extends Cell<Marks> {
  readonly #name: string;

  constructor(author: string) {
    const name = `read:${author}`;
    super(parseMarks(readKept(name)));
    this.#name = name;
  }

  see(chat: ChatView): void {
    const seen = theirsIn(chat).length;
    if ((this.get().get(chat.id) ?? 0) >= seen) return;
    const marks = new Map(this.get()).set(chat.id, seen);
    keep(this.#name, JSON.stringify([...marks]));
    this.set(marks);
  }

  /** Drops marks of chats that are not held any more. */
  tidy(held: ReadonlySet<ChatId>): void {
    const marks = new Map([...this.get()].filter(([chat]) => held.has(chat)));
    if (marks.size === this.get().size) return;
    keep(this.#name, JSON.stringify([...marks]));
    this.set(marks);
  }
}

export function unreadIn(chat: ChatView, marks: Marks): number {
  return Math.max(0, theirsIn(chat).length - (marks.get(chat.id) ?? 0));
}

/** Wall ms of the oldest message that was not seen; null when all were. */
export function unreadSince(chat: ChatView, marks: Marks): number | null {
  return theirsIn(chat)[marks.get(chat.id) ?? 0]?.at ?? null;
}

export function parseMarks(kept: string | null): Marks {
  try {
    const pairs: unknown = JSON.parse(kept ?? '[]');
    if (!Array.isArray(pairs)) return new Map();
    return new Map(pairs.filter(isMark));
  } catch {
    return new Map();
  }
}

function isMark(pair: unknown): pair is [ChatId, number] {
  return Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'number';
}
