import type { ChatView, MessageView } from '@holdfast/core';
import { describe, expect, it } from 'vitest';
import { currentChat, groupsOf, operatorName, readingOf } from '../src/conversation.ts';

function message(part: Partial<MessageView>): MessageView {
  return {
    id: '',
    digest: '',
    author: 'o:anna',
    kind: 'message',
    text: '',
    erased: false,
    fields: {},
    at: 0,
    mine: false,
    state: 'safe',
    ...part,
  };
}

function chat(id: string, part: Partial<ChatView> = {}): ChatView {
  return {
    id,
    state: 'queued',
    operator: null,
    visitor: 'v:me',
    opening: {},
    messages: [],
    typing: [],
    whole: true,
    contact: {},
    ...part,
  };
}

describe('the chat that is shown', () => {
  const at = (ms: number) => ({ messages: [message({ at: ms })] });

  it('is the newest that is not closed', () => {
    const chats = [
      chat('new', at(2)),
      chat('old', at(1)),
      chat('over', { ...at(3), state: 'closed' }),
    ];
    expect(currentChat(chats, null)?.id).toBe('new');
  });

  it('is the newest closed one when none is open, until the visitor leaves it behind', () => {
    const chats = [
      chat('a', { ...at(1), state: 'closed' }),
      chat('b', { ...at(2), state: 'closed' }),
    ];
    expect(currentChat(chats, null)?.id).toBe('b');
    expect(currentChat(chats, 'b')).toBeUndefined();
  });

  it('comes back when a chat that was left behind is opened again', () => {
    expect(currentChat([chat('a', at(1))], 'a')?.id).toBe('a');
  });

  it('is none in an empty browser', () => {
    expect(currentChat([], null)).toBeUndefined();
  });
});

describe('groups', () => {
  const shape = (messages: MessageView[]) =>
    groupsOf(messages).map((group) => group.messages.map(({ text }) => text).join(''));

  it('hold the messages of one author in a row', () => {
    expect(
      shape([
        message({ text: 'a' }),
        message({ text: 'b' }),
        message({ text: 'c', author: 'v:me', mine: true }),
        message({ text: 'd' }),
      ]),
    ).toEqual(['ab', 'c', 'd']);
  });

  it('end with a long silence', () => {
    expect(shape([message({ text: 'a', at: 0 }), message({ text: 'b', at: 300_000 })])).toEqual([
      'a',
      'b',
    ]);
  });

  it('do not break where the clocks of two authors disagree', () => {
    expect(shape([message({ text: 'a', at: 9_000 }), message({ text: 'b', at: 1_000 })])).toEqual([
      'ab',
    ]);
  });
});

describe('unread messages', () => {
  const nothingSeen = { open: false, chat: null, seen: 0, left: null };
  const talk = chat('c', {
    messages: [
      message({}),
      message({ mine: true }),
      message({ kind: 'route', author: 'n:primary' }),
      message({}),
    ],
  });

  it('are those of others, and only what was said', () => {
    expect(readingOf(talk, nothingSeen)).toEqual({ theirs: 2, unread: 2 });
  });

  it('are those beyond the ones that were seen in this chat', () => {
    expect(readingOf(talk, { ...nothingSeen, chat: 'c', seen: 1 }).unread).toBe(1);
    expect(readingOf(talk, { ...nothingSeen, chat: 'c', seen: 5 }).unread).toBe(0);
    expect(readingOf(talk, { ...nothingSeen, chat: 'other', seen: 5 }).unread).toBe(2);
  });

  it('are none without a chat', () => {
    expect(readingOf(undefined, nothingSeen)).toEqual({ theirs: 0, unread: 0 });
  });
});

describe("an operator's name", () => {
  it.each([
    ['o:anna', 'Anna'],
    ['o:anna.berg', 'Anna Berg'],
    ['o:operator-1', 'Operator 1'],
    ['o:öz', 'Öz'],
  ])('of %s is %s', (author, name) => {
    expect(operatorName(author)).toBe(name);
  });
});
