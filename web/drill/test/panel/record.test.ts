import type { Line } from '@holdfast/panel';
import { expect, test } from 'vitest';
import { PanelRecord } from '../../src/panel/record.ts';

const none = { sent: 0, seen: 0, lost: 0, doubled: 0, reordered: 0 };

function scene() {
  let at = 0;
  const told: Line[] = [];
  const record = new PanelRecord({
    now: () => at,
    line: (line) => told.push(line),
    mark: () => {},
  });
  return { record, told, later: (ms: number) => (at += ms) };
}

test('a press is one line: what was done, then what people noticed of it', () => {
  const { record, told, later } = scene();
  record.watch('You pulled the plug', none);
  expect(told.at(-1)).toMatchObject({ noticed: 'watching', open: true });
  later(100);
  record.hear({ at: 50, ms: 140 });
  record.look([], none);
  later(10_000);
  record.look([], none);
  expect(record.lines).toHaveLength(1);
  expect(record.lines[0]).toMatchObject({
    text: 'You pulled the plug',
    noticed: 'no message later than 140 ms, none lost, none doubled, none reordered',
    open: false,
  });
  const tellings = told.length;
  later(10_000);
  record.look([], none);
  expect(told).toHaveLength(tellings);
});

test('two presses are told apart: each message counts for the press before it', () => {
  const { record, later } = scene();
  record.watch('first', none);
  later(2_000);
  record.watch('second', none);
  record.hear({ at: 500, ms: 400 });
  record.hear({ at: 3_000, ms: 30 });
  later(10_000);
  record.look([], none);
  expect(record.lines.map(({ noticed }) => noticed.split(',')[0])).toEqual([
    'no message later than 400 ms',
    'no message later than 30 ms',
  ]);
});

test('keeps the newest lines only', () => {
  const { record } = scene();
  for (let i = 0; i < 250; i += 1) record.tell('demo', `line ${i}`);
  expect(record.lines).toHaveLength(200);
  expect(record.lines[0]?.text).toBe('line 50');
});
