// Messages that were left while nobody was there: chats that wait, to be worked through when there is time for it.
import type { ChatView } from '@holdfast/core';
import { textOf, visitorName } from './conversation.ts';

const QUOTED_MAX = 1_200; // mail programs take addresses of about two thousand characters

/** The visitor's last message was left while nobody was there, and nobody has taken it up since. */
export function isLeft({ state, messages, visitor }: ChatView): boolean {
  if (state !== 'queued') return false;
  const last = messages.findLast(({ kind, author }) => kind === 'message' && author === visitor);
  return last?.fields.offline === true;
}

/** E-mail address and page in one line; '' when nothing is known. */
export function leftDetail({ contact, opening }: ChatView): string {
  const page = textOf(opening.title) || textOf(opening.page);
  return [textOf(contact.email), page].filter(Boolean).join(' · ');
}

/** Opens the operator's own mail program with an answer begun; null without an address. */
export function mailTo(chat: ChatView, site: string): string | null {
  const email = textOf(chat.contact.email);
  if (email === '') return null;
  const said = chat.messages
    .filter(({ kind, author }) => kind === 'message' && author === chat.visitor)
    .map(({ text }) => text)
    .join('\n\n');
  const quoted = cut(said)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
  const fields = {
    subject: `Your message to ${site}`,
    body: `Hello ${visitorName(chat)},\n\n\n\nYou wrote:\n${quoted}\n`,
  };
  const query = Object.entries(fields).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  // The @ may stand as it is; whatever else could begin another field may not.
  return `mailto:${encodeURIComponent(email).replace('%40', '@')}?${query.join('&')}`;
}

function cut(text: string): string {
  const points = [...text];
  return points.length > QUOTED_MAX ? `${points.slice(0, QUOTED_MAX).join('')} …` : text;
}
