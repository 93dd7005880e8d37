import { expect, test } from 'vitest';
import { isLeft, leftDetail, mailTo } from '../src/left.ts';
import { pieces } from '../src/search/excerpt.ts';
import { sectionsOf, stepsOf } from '../src/sections.ts';
import { chatOf, me, message, opened, routed } from './chats.ts';

function shown(text: string, wanted: string): string {
  return pieces(text, wanted)
    .map(({ text: part, marked }) => (marked ? `[${part}]` : part))
    .join('');
}

test('The beginnings of words are marked, without regard to case and accents', () => {
  expect(shown('The storm light, Stormy night', 'STORM')).toBe('The [storm] light, [Storm]y night');
  expect(shown('Öhm and ohms', 'öhm')).toBe('[Öhm] and [ohm]s');
  expect(shown('thunderstorm', 'storm')).toBe('thunderstorm');
  expect(shown('cafe\u0301 au lait', 'café')).toBe('[cafe\u0301] au lait');
  expect(shown('a light in a storm', 'li st')).toBe('a [li]ght in a [st]orm');
});

test('Nothing that was looked for marks nothing', () => {
  expect(shown('The storm light', '')).toBe('The storm light');
  expect(shown('', 'storm')).toBe('');
});

test('Of a long text the part with the first match is shown', () => {
  const text = `${'word '.repeat(100)}storm ${'word '.repeat(100)}`;
  const result = shown(text, 'storm');
  expect(result).toMatch(/^… (word )+\[storm\]( word)+.* …$/);
  expect(result.length).toBeLessThan(200);
});

test('Markup in a text is text', () => {
  expect(
    pieces('<mark>storm</mark>', 'storm')
      .map(({ text }) => text)
      .join(''),
  ).toBe('<mark>storm</mark>');
});

const left = (text = 'hello') => message({ text, fields: { offline: true } });

test('A message that was left stands apart from those who wait, until somebody takes it up', () => {
  const waits = chatOf('waits', { messages: [opened(1), message({})] });
  const leaves = chatOf('leaves', { messages: [opened(1), left()] });
  const back = chatOf('back', { messages: [opened(1), left(), message({})] });
  const taken = { ...leaves, id: 'taken', state: 'assigned' as const, operator: me };
  const sections = sectionsOf({
    me,
    chats: [waits, leaves, back, taken],
    elsewhere: [],
    marks: new Map(),
    choice: null,
  });
  expect(sections.left.map(({ id }) => id)).toEqual(['leaves']);
  expect(sections.waiting.map(({ id }) => id).toSorted()).toEqual(['back', 'waits']);
  expect(stepsOf(sections).at(-1)).toBe('leaves');
  expect(isLeft(chatOf('empty', { messages: [opened(1)] }))).toBe(false);
  expect(
    isLeft(chatOf('closed', { state: 'closed', messages: [left(), routed('closed', 2)] })),
  ).toBe(false);
});

test('An answer by e-mail quotes what was left, and nothing in it can begin another field', () => {
  const chat = chatOf('Vera', {
    messages: [opened(1), left('Do you\nopen on Monday? & cc=x')],
    contact: { email: 'vera?cc=x@shop.example', name: 'Vera' },
    opening: { title: 'Storm light' },
  });
  const mail = mailTo(chat, 'Lamps') ?? '';
  expect(mail.startsWith('mailto:vera%3Fcc%3Dx@shop.example?subject=')).toBe(true);
  expect(mail.split('&')).toHaveLength(2);
  expect(decodeURIComponent(mail)).toContain('> Do you\n> open on Monday?');
  expect(leftDetail(chat)).toBe('vera?cc=x@shop.example · Storm light');
  expect(mailTo(chatOf('none'), 'Lamps')).toBe(null);
});

test('A long message makes no address that mail programs refuse', () => {
  const chat = chatOf('Vera', { messages: [left('x'.repeat(4_000))], contact: { email: 'v@x' } });
  expect(mailTo(chat, 'Lamps')?.length).toBeLessThan(1_700);
});
