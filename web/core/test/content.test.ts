import { expect, test } from 'vitest';
import { b64, unb64 } from '../src/bytes.ts';
import { chatIdOf, checkText, makeContent, parseContent } from '../src/content.ts';
import { TextRefused } from '../src/index.ts';
import { Ulids, ulidTime } from '../src/ulid.ts';
import { SimClock } from './sim/clock.ts';
import { Dice } from './sim/dice.ts';

const dice = new Dice(2);
const draft = {
  site: 'shop',
  chat: null,
  author: 'v:a',
  id: '01J00000000000000000000000',
  kind: 'open',
  audience: 'chat',
  after: [],
  payload: {},
} as const;

test('An opening event names its own chat', () => {
  const content = makeContent(draft, dice);
  expect(content.head.chat).toBe(chatIdOf('shop', 'v:a', draft.id));
});

test('Content survives the way through a frame byte for byte', () => {
  const content = makeContent({ ...draft, payload: { text: 'Grüße "\\" \n👩‍👩‍👧' } }, dice);
  const { head, body } = JSON.parse(
    JSON.stringify({ head: content.headBytes, body: content.bodyBytes }),
  ) as { head: string; body: string };
  expect(parseContent(head, body)).toEqual(content);
});

test('Unknown fields and kinds pass, and stay in the bytes', () => {
  const content = makeContent({ ...draft, kind: 'x.poll' }, dice);
  const head = content.headBytes.replace('"v":1', '"v":1,"later":{"a":[1]}');
  const parsed = parseContent(head, content.bodyBytes);
  expect(parsed).toMatchObject({ headBytes: head, head: { kind: 'x.poll' } });
});

test('An unknown audience is read as the narrowest', () => {
  const head = makeContent(draft, dice).headBytes.replace(
    '"audience":"chat"',
    '"audience":"aliens"',
  );
  expect(parseContent(head, null)).toMatchObject({ head: { audience: 'nodes' } });
});

test('A body that the head does not name is refused', () => {
  const content = makeContent(draft, dice);
  expect(parseContent(content.headBytes, '{"nonce":"x"}')).toHaveProperty('bad');
});

test.each([
  'null',
  '[]',
  '{',
  '{"site":1}',
  '{"site":"s","chat":"c","author":"a","id":"i","kind":"k","audience":"chat","body":"b","after":[1]}',
])('A head that is none is refused: %s', (head) => {
  expect(parseContent(head, null)).toHaveProperty('bad');
});

test.each([
  ['empty', ''],
  ['4,001 characters', 'x'.repeat(4_001)],
  ['a control character', 'a\u0007b'],
  ['a C1 control character', 'a\u0085b'],
  ['half of a character', 'a\ud83d'],
])('Text that can never be taken is refused at once: %s', (_name, text) => {
  expect(() => checkText(text)).toThrow(TextRefused);
});

test.each(['a\tb\nc', '😀'.repeat(3_500), 'x'.repeat(4_000)])(
  'Text within the bounds is taken',
  (text) => {
    expect(() => checkText(text)).not.toThrow();
  },
);

test('What would not fit into a frame beside its acceptances is refused by its author', () => {
  expect(() => makeContent({ ...draft, payload: { text: '"'.repeat(4_000) } }, dice)).toThrow(
    TextRefused,
  );
});

test('Event ids ascend within a millisecond, and when the clock goes back', () => {
  const machine = new SimClock().machine(1_000_000);
  const ulids = new Ulids(machine, dice);
  const ids = [ulids.next(), ulids.next()];
  machine.wallOffset = 500_000;
  ids.push(ulids.next());
  machine.wallOffset = 2_000_000;
  ids.push(ulids.next());
  expect([...ids].sort()).toEqual(ids);
  expect(ulidTime(ids[3] ?? '')).toBe(2_000_000);
});

test('base64url goes both ways, and only the canonical text comes back', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = dice.bytes(length);
    expect(unb64(b64(bytes))).toEqual(bytes);
  }
  for (const text of ['A', 'AB', 'A=', 'A+', 'AAB']) expect(unb64(text)).toBeNull();
});
