// The list of chats: which section each one stands in, and in which order.
import type { ChatId, ChatView, ElsewhereView } from '@holdfast/core';
import { closedAt, takenAt, waitingSince, wasWith } from './conversation.ts';
import { isLeft } from './left.ts';
import { type Marks, unreadSince } from './read_marks.ts';

const CLOSED_SHOWN = 20;

/** A chat of another operator. Its transcript is here only when the two of them were in it at once. */
export interface OthersChat extends ElsewhereView {
  readonly chat: ChatView | null;
}

export interface Sections {
  readonly waiting: readonly ChatView[];
  /** Messages left while nobody was there. */
  readonly left: readonly ChatView[];
  readonly mine: readonly ChatView[];
  readonly others: readonly OthersChat[];
  readonly closed: readonly ChatView[];
}

/** The chat that is being looked at keeps the place that it had: a list that jumps at a click is hard to work with. */
export interface Choice {
  readonly id: ChatId;
  readonly unreadSince: number | null;
}

export interface ListParts {
  readonly me: string;
  readonly chats: Iterable<ChatView>;
  readonly elsewhere: Iterable<ElsewhereView>;
  readonly marks: Marks;
  readonly choice: Choice | null;
}

export function sectionsOf({ me, chats, elsewhere, marks, choice }: ListParts): Sections {
  const all = [...chats];
  const calls = (chat: ChatView) =>
    (chat.id === choice?.id ? choice.unreadSince : null) ??
    unreadSince(chat, marks) ??
    Number.POSITIVE_INFINITY;
  return {
    // Who has waited longest comes first.
    waiting: sorted(
      all.filter((chat) => chat.state === 'queued' && !isLeft(chat)),
      waitingSince,
    ),
    left: sorted(all.filter(isLeft), waitingSince),
    // Unread ones first, the longest unanswered on top; then as they were taken, so that rows stay where they are.
    mine: sorted(
      all.filter((chat) => chat.state === 'assigned' && chat.operator === me),
      calls,
      takenAt,
    ),
    others: sorted(
      [...all.flatMap((chat) => othersChat(chat, me)), ...[...elsewhere].map(untold)],
      ({ chat }) => (chat === null ? 1 : 0),
      ({ operator }) => operator,
    ),
    closed: sorted(
      all.filter((chat) => chat.state === 'closed' && wasWith(chat, me)),
      (chat) => -closedAt(chat),
    ).slice(0, CLOSED_SHOWN),
  };
}

/** The chats that the keyboard steps through, top to bottom. */
export function stepsOf({ waiting, left, mine }: Sections): readonly ChatId[] {
  return [...waiting, ...mine, ...left].map(({ id }) => id);
}

/** The one below (or above); the ends meet. */
export function stepFrom(
  steps: readonly ChatId[],
  from: ChatId | null,
  by: 1 | -1,
): ChatId | undefined {
  const at = from === null ? -1 : steps.indexOf(from);
  if (at === -1) return by === 1 ? steps[0] : steps.at(-1);
  return steps[(at + by + steps.length) % steps.length];
}

function othersChat(chat: ChatView, me: string): OthersChat[] {
  const { id, state, operator, opening } = chat;
  if (state !== 'assigned' || operator === null || operator === me) return [];
  return [{ id, operator, opening, chat }];
}

function untold(view: ElsewhereView): OthersChat {
  return { ...view, chat: null };
}

type Key = number | string;

function sorted<T extends { readonly id: ChatId }>(
  all: readonly T[],
  ...keys: readonly ((one: T) => Key)[]
): T[] {
  return all.toSorted((a, b) => {
    for (const key of [...keys, (one: T) => one.id]) {
      const order = compare(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
