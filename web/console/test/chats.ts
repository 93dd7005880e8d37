// Chats as the core would show them, made by hand.
import type { ChatView, MessageView } from '@holdfast/core';

export const me = 'o:ann';
export const visitor = 'v:vera';

let made = 0;

export function message(fields: Partial<MessageView>): MessageView {
  made += 1;
  const author = fields.author ?? visitor;
  return {
    id: String(made),
    digest: `digest ${made}`,
    author,
    kind: 'message',
    text: 'hello',
    erased: false,
    fields: {},
    at: made,
    mine: author === me,
    state: 'safe',
    ...fields,
  };
}

export function opened(at: number): MessageView {
  return message({ kind: 'open', at, text: '' });
}

export function routed(state: 'assigned' | 'queued' | 'closed', at: number, operator?: string) {
  const fields = { state, ...(operator !== undefined && { operator }) };
  return message({ kind: 'route', author: 'n:primary', at, text: '', fields });
}

export function chatOf(id: string, fields: Partial<ChatView> = {}): ChatView {
  return {
    id,
    state: 'queued',
    operator: null,
    visitor,
    opening: { name: id },
    messages: [],
    typing: [],
    whole: true,
    contact: {},
    ...fields,
  };
}

export function mineOf(id: string, takenAt: number, ...said: MessageView[]): ChatView {
  return chatOf(id, {
    state: 'assigned',
    operator: me,
    messages: [opened(0), routed('assigned', takenAt, me), ...said],
  });
}
