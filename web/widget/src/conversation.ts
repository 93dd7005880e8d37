// What the window shows of the chats that the client holds.

import type { ChatId, ChatView, MessageView } from '@holdfast/core';
import type { WindowState } from './window_memory.ts';

const PAUSE_MS = 5 * 60_000; // after a silence the author and the time stand there again

/** Messages of one author in a row, without a long silence. */
export interface Group {
  readonly author: string;
  readonly mine: boolean;
  readonly messages: readonly [MessageView, ...MessageView[]];
}

/** The newest chat that is not closed; else the newest one, unless the visitor has left it behind. */
export function currentChat(chats: Iterable<ChatView>, left: ChatId | null): ChatView | undefined {
  const newest = [...chats].sort((a, b) => startOf(b) - startOf(a));
  const current = newest.find((chat) => chat.state !== 'closed') ?? newest[0];
  return current?.state === 'closed' && current.id === left ? undefined : current;
}

function startOf(chat: ChatView): number {
  return chat.messages[0]?.at ?? 0;
}

export function spoken(chat: ChatView | undefined): readonly MessageView[] {
  return chat?.messages.filter((message) => message.kind === 'message') ?? [];
}

export function groupsOf(messages: readonly MessageView[]): readonly Group[] {
  const groups: (Group & { messages: [MessageView, ...MessageView[]] })[] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    const before = last?.messages.at(-1);
    if (last?.author === message.author && before && message.at - before.at < PAUSE_MS)
      last.messages.push(message);
    else groups.push({ author: message.author, mine: message.mine, messages: [message] });
  }
  return groups;
}

/** Messages of others in this chat, and how many of them nobody has looked at. */
export function readingOf(
  chat: ChatView | undefined,
  { chat: known, seen }: WindowState,
): { readonly theirs: number; readonly unread: number } {
  const theirs = spoken(chat).filter((message) => !message.mine).length;
  return { theirs, unread: Math.max(0, theirs - (known === chat?.id ? seen : 0)) };
}

/** Made from the operator's id, which is all that a visitor is told: `o:anna.berg` is Anna Berg. */
export function operatorName(author: string): string {
  return author
    .slice(2)
    .split(/[._-]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join(' ');
}
