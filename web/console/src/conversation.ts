// What a chat's events say about it, beside its transcript.
import type { ChatView, ElsewhereView, MessageView, OperatorPresence } from '@holdfast/core';
import { type Claims, claimsOf } from '@holdfast/core/claims';

export function isSpoken(message: MessageView): boolean {
  return message.kind === 'message' || message.kind === 'note';
}

/** What others said in it. */
export function theirsIn(chat: ChatView): readonly MessageView[] {
  return chat.messages.filter((message) => isSpoken(message) && !message.mine);
}

export function lastSpoken(chat: ChatView): MessageView | undefined {
  return chat.messages.findLast(isSpoken);
}

export function openedAt(chat: ChatView): number {
  return (chat.messages.find(({ kind }) => kind === 'open') ?? chat.messages[0])?.at ?? 0;
}

/** Wall ms since when a visitor waits: since the opening, since it was given back, or since they wrote again after the close. */
export function waitingSince(chat: ChatView): number {
  const at = chat.messages.findLastIndex(isRoute);
  const route = chat.messages[at];
  if (route === undefined) return openedAt(chat);
  if (route.fields.state === 'queued') return route.at;
  const asked = chat.messages
    .slice(at + 1)
    .find((message) => message.kind === 'message' && message.author === chat.visitor);
  return (asked ?? route).at;
}

/** Wall ms since when an operator has it. */
export function takenAt(chat: ChatView): number {
  return routes(chat).findLast(({ fields }) => fields.state === 'assigned')?.at ?? openedAt(chat);
}

export function closedAt(chat: ChatView): number {
  return routes(chat).findLast(({ fields }) => fields.state === 'closed')?.at ?? openedAt(chat);
}

/** This operator had it at some time. */
export function wasWith(chat: ChatView, operator: string): boolean {
  return routes(chat).some(({ fields }) => fields.operator === operator);
}

/** Whom the site's own server vouches for, as the last token says that a data centre took; whatever the visitor says later. */
export function verifiedOf({ messages, visitor }: ChatView): Claims | null {
  const isTaken = ({ state }: MessageView) => state === 'accepted' || state === 'safe';
  const vouched = messages.findLast(
    (message) =>
      message.kind === 'contact' &&
      message.author === visitor &&
      isTaken(message) &&
      claimsOf(message.fields.identity) !== null,
  );
  return claimsOf(vouched?.fields.identity);
}

/** A verified name, else what the visitor said last. */
export function visitorName(chat: ChatView | ElsewhereView): string {
  const told = 'contact' in chat ? verifiedOf(chat)?.name || textOf(chat.contact.name) : '';
  return nameFor(
    told.trim() === '' ? textOf(chat.opening.name) : told,
    'visitor' in chat ? chat.visitor : '',
  );
}

/** What somebody says their name is, made harmless; the number of who says nothing. */
export function nameFor(told: string, visitor: string): string {
  const name = harmless(told).trim();
  if (name !== '') return name;
  const number = visitor.slice(2).replaceAll(/[-_]/g, '').slice(0, 6);
  return number === '' ? 'Visitor' : `Visitor ${number}`;
}

export function harmless(text: string): string {
  return text.replaceAll(steering, '');
}

/** What turns the direction of the words around it, or is not seen at all. Joiners stay: scripts and emoji need them. */
const steering = /[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u061C]/g;

export function operatorName(operators: readonly OperatorPresence[], id: string): string {
  return operators.find((one) => one.id === id)?.name || id.slice(2);
}

/** A field of an opening event; '' when it is absent or no text. */
export function textOf(field: unknown): string {
  return typeof field === 'string' ? field : '';
}

function isRoute(message: MessageView): boolean {
  return message.kind === 'route';
}

function routes(chat: ChatView): readonly MessageView[] {
  return chat.messages.filter(isRoute);
}
