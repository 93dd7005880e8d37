import { expect, test } from 'vitest';
import { parseDraft } from '../src/drafts.ts';
import { parseMarks, unreadIn, unreadSince } from '../src/read_marks.ts';
import { waitWords } from '../src/times.ts';
import { me, message, mineOf } from './chats.ts';

test('A draft comes back as what it was meant for', () => {
  expect(parseDraft('{"meant":"note","text":"careful"}')).toEqual({
    meant: 'note',
    text: 'careful',
  });
});

test('What is no draft or no mark any more is nothing', () => {
  for (const kept of [null, '', 'null', '7', '{"text":7}', '[1'])
    expect(parseDraft(kept).text).toBe('');
  for (const kept of [null, 'null', '{}', '[["a"]]', '[1']) expect(parseMarks(kept).size).toBe(0);
  expect(parseMarks('[["a",2],["b","c"]]')).toEqual(new Map([['a', 2]]));
});

test('Unread is what others said after what was seen', () => {
  const said = [message({ at: 10 }), message({ at: 20, author: me }), message({ at: 30 })];
  const chat = mineOf('a', 1, ...said);
  expect(unreadIn(chat, new Map())).toBe(2);
  expect(unreadIn(chat, new Map([['a', 1]]))).toBe(1);
  expect(unreadSince(chat, new Map([['a', 1]]))).toBe(30);
  expect(unreadIn(chat, new Map([['a', 9]]))).toBe(0);
  expect(unreadSince(chat, new Map([['a', 9]]))).toBeNull();
});

test('A wait is told rounded up', () => {
  expect([0, 400, 1_001, 89_000, 90_001].map(waitWords)).toEqual([
    'a minute',
    'a second',
    '2 seconds',
    '89 seconds',
    '2 minutes',
  ]);
});
