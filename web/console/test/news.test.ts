import type { ChatView } from '@holdfast/core';
import { expect, test } from 'vitest';
import { newsBetween } from '../src/news.ts';
import { chatOf, me, message, mineOf } from './chats.ts';

const held = (...chats: ChatView[]) => new Map(chats.map((chat) => [chat.id, chat]));
const news = (before: ChatView[], after: ChatView[]) =>
  newsBetween(held(...before), held(...after), me).map(({ what, chat, text }) => [
    what,
    chat.id,
    text,
  ]);

test('Somebody begins to wait', () => {
  expect(news([], [chatOf('a')])).toEqual([['waiting', 'a', '']]);
});

test('A message in an own chat', () => {
  const before = mineOf('a', 1, message({}));
  const after = { ...before, messages: [...before.messages, message({ text: 'and?' })] };
  expect(news([before], [after])).toEqual([['message', 'a', 'and?']]);
});

test('Neither own messages, nor typing, nor more words of somebody who waits already are news', () => {
  const own = mineOf('a', 1);
  const answered = { ...own, messages: [...own.messages, message({ author: me })] };
  expect(news([own], [answered])).toEqual([]);
  expect(news([own], [{ ...own, typing: ['v:vera'] }])).toEqual([]);
  expect(news([chatOf('b')], [chatOf('b', { messages: [message({})] })])).toEqual([]);
});

test('A chat that a colleague gave back is news, one’s own release is not', () => {
  const theirs = chatOf('a', { state: 'assigned', operator: 'o:bob' });
  expect(news([theirs], [chatOf('a')])).toEqual([['waiting', 'a', '']]);
  expect(news([mineOf('a', 1)], [chatOf('a')])).toEqual([]);
});

test('A chat that was just accepted is no news, whatever was said in it before', () => {
  expect(news([chatOf('a')], [mineOf('a', 1, message({}))])).toEqual([]);
});

test('A chat that a colleague handed over is news, one that was taken over here is too', () => {
  const theirs = chatOf('a', { state: 'assigned', operator: 'o:bob' });
  expect(news([theirs], [mineOf('a', 1)])).toEqual([['handed', 'a', '']]);
  expect(news([], [mineOf('a', 1)])).toEqual([['handed', 'a', '']]);
});
