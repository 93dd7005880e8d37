// A transcript as lines to draw: messages with their author where the author changes, days, and what happened to the chat.
import type { ChatView, Digest, MessageView } from '@holdfast/core';
import { claimsOf } from '@holdfast/core/claims';
import { isSpoken, textOf } from './conversation.ts';

const PAUSE_MS = 5 * 60_000; // after a silence the author and the time stand there again

export type Line =
  | { readonly type: 'day'; readonly key: string; readonly at: number }
  | {
      readonly type: 'happening';
      readonly key: string;
      readonly at: number;
      readonly who: string;
      readonly words: string;
    }
  | { readonly type: 'unread'; readonly key: string }
  | {
      readonly type: 'message';
      readonly key: string;
      readonly message: MessageView;
      /** The first of its author's in a row. */
      readonly leads: boolean;
    };

/** `seen`: how many messages of others had been read when the chat was opened; null when all were. */
export function linesOf(
  chat: ChatView,
  nameOf: (author: string) => string,
  seen: number | null,
): Line[] {
  const lines: Line[] = [];
  let theirs = 0;
  let day = '';
  let before: MessageView | null = null;
  const keys = new Set<Digest>();
  for (const message of chat.messages) {
    if (keys.has(message.digest)) continue;
    keys.add(message.digest);
    const key = message.digest;
    const today = new Date(message.at).toDateString();
    if (today !== day) lines.push({ type: 'day', key: `day ${key}`, at: message.at });
    day = today;
    if (!isSpoken(message)) {
      const [who, words] = happening(message, nameOf);
      if (words !== '') lines.push({ type: 'happening', key, at: message.at, who, words });
      before = null;
      continue;
    }
    if (!message.mine && theirs++ === seen) {
      lines.push({ type: 'unread', key: 'unread' });
      before = null;
    }
    lines.push({ type: 'message', key, message, leads: !continues(before, message) });
    before = message;
  }
  return lines;
}

function continues(before: MessageView | null, message: MessageView): boolean {
  return (
    before !== null &&
    before.author === message.author &&
    before.kind === message.kind &&
    message.at - before.at < PAUSE_MS
  );
}

function happening(
  { kind, fields, author }: MessageView,
  nameOf: (author: string) => string,
): [who: string, words: string] {
  if (kind === 'open') return [nameOf(author), 'opened the chat'];
  if (kind === 'contact') return [nameOf(author), contactWords(fields)];
  if (fields.state === 'assigned') return [nameOf(textOf(fields.operator)), 'took the chat'];
  if (fields.state === 'queued') return ['', 'The chat waits for an operator'];
  return ['', fields.state === 'closed' ? 'The chat was closed' : ''];
}

function contactWords({ email, name, transcript, identity }: MessageView['fields']): string {
  if (claimsOf(identity) !== null) return 'is vouched for by your site';
  if (typeof email === 'string') return 'left an e-mail address';
  if (typeof name === 'string') return 'told a name';
  return transcript === true ? 'asks for the transcript by e-mail' : 'changed how to be reached';
}
