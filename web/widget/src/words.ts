// What the window says about who is there. Nothing here promises more than is known.

import type { ChatView, MessageState } from '@holdfast/core';
import type { Attendance } from './attendance.ts';
import type { Facts } from './site_facts.ts';

const nobody = 'Nobody is here right now.';

/** The operator, or else the site; its id is no name. */
export function heading(
  chat: ChatView | undefined,
  id: string,
  { site: { name }, nameOf }: Facts,
): string {
  if (chat?.operator) return nameOf(chat.operator);
  return name && name !== id ? name : 'Chat with us';
}

export function status(
  chat: ChatView | undefined,
  attendance: Attendance,
  { nameOf }: Facts,
): string {
  if (chat?.state === 'closed') return 'This chat has ended.';
  if (attendance === 'cut')
    return 'Not connected right now. What you write is kept here and sent as soon as possible.';
  if (attendance === 'away')
    return chat ? `${nobody} What you write is kept, and read when somebody is back.` : nobody;
  if (chat?.operator) return `You are talking to ${nameOf(chat.operator)}.`;
  if (chat) return 'Somebody will answer you here.';
  return attendance === 'here' ? 'We are here.' : 'Write to us.';
}

/** Stands where the messages will be. */
export function greeting(attendance: Attendance, { site: { greeting, away } }: Facts): string {
  return attendance === 'away'
    ? away || 'Leave a message: it is kept, and read when somebody is back.'
    : greeting || 'Hello! What can we help you with?';
}

export const presenceWords: Readonly<Record<Attendance, string>> = {
  unsure: '',
  here: 'we are here',
  away: 'leave a message',
  cut: 'not connected',
};

export const stateWords: Readonly<Record<MessageState, string>> = {
  waiting: 'Waiting to be sent',
  accepted: 'Received',
  safe: 'Received, and kept in both data centres',
  refused: 'Not sent',
};

export function unreadWords(unread: number): string {
  return unread === 0 ? '' : unread === 1 ? '1 new message' : `${unread} new messages`;
}

// Made once: a formatter is slow to make, and a window full of messages is drawn at every key.
const clock = new Intl.DateTimeFormat([], { timeStyle: 'short' });
const calendar = new Intl.DateTimeFormat([], { dateStyle: 'medium', timeStyle: 'short' });

/** A time of today by the clock alone. */
export function timeWords(at: number, now: number): string {
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  return (today ? clock : calendar).format(at);
}
