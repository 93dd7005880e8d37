// What is new for this operator between two looks at the chats: the cause of sounds, notifications and announcements.
import type { ChatId, ChatView } from '@holdfast/core';
import { theirsIn } from './conversation.ts';

export interface News {
  /** handed: a colleague gave it to this operator. */
  readonly what: 'waiting' | 'message' | 'handed';
  readonly chat: ChatView;
  /** The newest text, for a message. */
  readonly text: string;
}

type Chats = ReadonlyMap<ChatId, ChatView>;

export function newsBetween(before: Chats, after: Chats, me: string): News[] {
  const news: News[] = [];
  for (const chat of after.values()) {
    const known = before.get(chat.id);
    if (known === chat) continue;
    // One's own release is none.
    if (chat.state === 'queued' && known?.state !== 'queued' && known?.operator !== me)
      news.push({ what: 'waiting', chat, text: '' });
    if (chat.state !== 'assigned' || chat.operator !== me) continue;
    // What was waiting here was taken by oneself.
    if (known?.operator !== me) {
      if (known?.state !== 'queued') news.push({ what: 'handed', chat, text: '' });
      continue;
    }
    const theirs = theirsIn(chat);
    if (theirs.length > theirsIn(known).length)
      news.push({ what: 'message', chat, text: theirs.at(-1)?.text ?? '' });
  }
  return news;
}
