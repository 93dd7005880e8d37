import type { ChatView } from '@holdfast/core';
import { expect, test } from 'vitest';
import { type ListParts, sectionsOf, stepFrom, stepsOf } from '../src/sections.ts';
import { chatOf, me, message, mineOf, opened, routed } from './chats.ts';

function list(chats: readonly ChatView[], more: Partial<ListParts> = {}) {
  const sections = sectionsOf({
    me,
    chats,
    elsewhere: [],
    marks: new Map(),
    choice: null,
    ...more,
  });
  const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id);
  return {
    sections,
    waiting: ids(sections.waiting),
    mine: ids(sections.mine),
    others: ids(sections.others),
    closed: ids(sections.closed),
  };
}

test('Every chat stands in the section of its state', () => {
  const { waiting, mine, others, closed } = list(
    [
      chatOf('waits', { messages: [opened(1)] }),
      mineOf('mine', 2),
      chatOf('both in it', { state: 'assigned', operator: 'o:bob' }),
      chatOf('done', {
        state: 'closed',
        messages: [opened(1), routed('assigned', 2, me), routed('closed', 3)],
      }),
    ],
    { elsewhere: [{ id: 'theirs', operator: 'o:cid', opening: {} }] },
  );
  expect({ waiting, mine, others, closed }).toEqual({
    waiting: ['waits'],
    mine: ['mine'],
    others: ['both in it', 'theirs'],
    closed: ['done'],
  });
});

test('Who has waited longest stands on top, whatever the order they came to this browser in', () => {
  const { waiting } = list([
    chatOf('late', { messages: [opened(30)] }),
    chatOf('early', { messages: [opened(10)] }),
    chatOf('middle', { messages: [opened(20)] }),
  ]);
  expect(waiting).toEqual(['early', 'middle', 'late']);
});

test('A chat that was given back waits from then on, and one that was closed from when its visitor wrote again', () => {
  const { waiting } = list([
    chatOf('given back at 50', {
      messages: [opened(1), routed('assigned', 2, me), routed('queued', 50)],
    }),
    chatOf('opened at 40', { messages: [opened(40)] }),
    chatOf('wrote again at 30', {
      messages: [opened(1), routed('closed', 20), message({ at: 30 }), message({ at: 60 })],
    }),
  ]);
  expect(waiting).toEqual(['wrote again at 30', 'opened at 40', 'given back at 50']);
});

test('Mine: unread ones first, the longest unanswered on top; the others as they were taken', () => {
  const { mine } = list(
    [
      mineOf('read, taken second', 20, message({ at: 90 })),
      mineOf('unread since 80', 30, message({ at: 80 })),
      mineOf('read, taken first', 10, message({ at: 95 })),
      mineOf('unread since 70', 40, message({ at: 60 }), message({ at: 70 }), message({ at: 99 })),
    ],
    {
      marks: new Map([
        ['read, taken second', 1],
        ['read, taken first', 1],
        ['unread since 70', 1],
      ]),
    },
  );
  expect(mine).toEqual([
    'unread since 70',
    'unread since 80',
    'read, taken first',
    'read, taken second',
  ]);
});

test('The chat that is looked at keeps its place while its messages become read', () => {
  const chats = [mineOf('first', 10), mineOf('chosen', 20, message({ at: 50 }))];
  const marks = new Map([['chosen', 1]]);
  expect(list(chats, { marks }).mine).toEqual(['first', 'chosen']);
  const choice = { id: 'chosen', unreadSince: 50 };
  expect(list(chats, { marks, choice }).mine).toEqual(['chosen', 'first']);
});

test('Own answers and internal notes of one’s own are never unread', () => {
  const chats = [
    mineOf('answered', 20, message({ author: me }), message({ author: me, kind: 'note' })),
    mineOf('first', 10),
  ];
  expect(list(chats).mine).toEqual(['first', 'answered']);
});

test('Closed recently shows what this operator had, the latest first', () => {
  const closed = (id: string, by: string, at: number) =>
    chatOf(id, {
      state: 'closed',
      messages: [opened(0), routed('assigned', 1, by), routed('closed', at)],
    });
  expect(list([closed('a', me, 10), closed('b', 'o:bob', 20), closed('c', me, 30)]).closed).toEqual(
    ['c', 'a'],
  );
});

test('The keyboard steps through waiting and own chats, and from the end to the beginning', () => {
  const { sections } = list([chatOf('w'), mineOf('m1', 1), mineOf('m2', 2)]);
  const steps = stepsOf(sections);
  expect(steps).toEqual(['w', 'm1', 'm2']);
  expect(stepFrom(steps, 'm1', 1)).toBe('m2');
  expect(stepFrom(steps, 'm2', 1)).toBe('w');
  expect(stepFrom(steps, 'w', -1)).toBe('m2');
  expect(stepFrom(steps, null, 1)).toBe('w');
  expect(stepFrom(steps, 'closed meanwhile', -1)).toBe('m2');
  expect(stepFrom([], null, 1)).toBeUndefined();
});
