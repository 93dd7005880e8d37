import { expect, test } from 'vitest';
import { linesOf } from '../src/transcript_lines.ts';
import { chatOf, me, message, opened, routed } from './chats.ts';

const noon = new Date(2026, 10, 23, 12).getTime();
const minute = 60_000;
const nameOf = (author: string) => (author === me ? 'You' : 'Vera');

test('A transcript tells what happened to the chat, and who begins to speak', () => {
  const chat = chatOf('a', {
    messages: [
      opened(noon),
      message({ at: noon, text: 'hi' }),
      message({ at: noon + minute, text: 'anybody?' }),
      routed('assigned', noon + 2 * minute, me),
      message({ at: noon + 3 * minute, author: me, text: 'yes' }),
      message({ at: noon + 4 * minute, author: me, kind: 'note', text: 'impatient' }),
      routed('closed', noon + 5 * minute),
    ],
  });
  const shown = linesOf(chat, nameOf, null).map((line) => {
    if (line.type === 'happening') return `${line.who} ${line.words}`.trim();
    return line.type === 'message' ? `${line.leads ? '> ' : ''}${line.message.text}` : line.type;
  });
  expect(shown).toEqual([
    'day',
    'Vera opened the chat',
    '> hi',
    'anybody?',
    'You took the chat',
    '> yes',
    '> impatient',
    'The chat was closed',
  ]);
});

test('The mark stands before the first message of others that was not seen', () => {
  const messages = [
    message({ at: noon, text: 'seen' }),
    message({ at: noon, author: me, text: 'mine' }),
    message({ at: noon, text: 'new' }),
    message({ at: noon, text: 'newer' }),
  ];
  const shown = linesOf(chatOf('a', { messages }), nameOf, 1).map((line) =>
    line.type === 'message' ? line.message.text : line.type,
  );
  expect(shown).toEqual(['day', 'seen', 'mine', 'unread', 'new', 'newer']);
});

test('A new day is named', () => {
  const messages = [message({ at: noon }), message({ at: noon + 24 * 60 * minute })];
  const types = linesOf(chatOf('a', { messages }), nameOf, null).map(({ type }) => type);
  expect(types).toEqual(['day', 'message', 'day', 'message']);
});
