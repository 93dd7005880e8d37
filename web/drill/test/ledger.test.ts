import { describe, expect, test } from 'vitest';
import { Ledger } from '../src/ledger.ts';
import { quantiles } from '../src/quantiles.ts';

const said = (ledger: Ledger, by: string, nth: number, heard = 0, intendedAt = 0) => {
  const text = `${by}${nth}`;
  ledger.say({ text, chat: 1, by, to: by === 'v' ? 'o' : 'v', nth, heard, intendedAt });
  return text;
};

describe('the judge of a drill', () => {
  test('finds nothing wrong with a whole conversation', () => {
    const ledger = new Ledger();
    const texts = [said(ledger, 'v', 1), said(ledger, 'o', 1, 1), said(ledger, 'v', 2, 1)];
    ledger.screen('v', 1, texts, 10);
    ledger.screen('o', 1, texts, 12);
    expect(ledger.faults).toEqual({ doubled: 0, reordered: 0, forged: 0 });
    expect(ledger.lost()).toEqual([]);
    expect(ledger.differing()).toEqual([]);
    expect(ledger.spoken.map((m) => m.seenAt)).toEqual([12, 10, 12]);
  });

  test('a message that is missing on one screen is lost', () => {
    const ledger = new Ledger();
    const text = said(ledger, 'v', 1);
    ledger.screen('v', 1, [text], 1);
    ledger.screen('o', 1, [], 1);
    expect(ledger.lost().map((m) => m.text)).toEqual(['v1']);
  });

  test('a message that shows twice is doubled', () => {
    const ledger = new Ledger();
    const text = said(ledger, 'v', 1);
    ledger.screen('o', 1, [text, text], 1);
    expect(ledger.faults.doubled).toBe(1);
  });

  test('an author whose later message stands above an earlier one is reordered', () => {
    const ledger = new Ledger();
    const [first, second] = [said(ledger, 'v', 1), said(ledger, 'v', 2)];
    ledger.screen('o', 1, [second, first], 1);
    expect(ledger.faults.reordered).toBe(1);
  });

  test('an answer above what it answers is reordered', () => {
    const ledger = new Ledger();
    const [question, answer] = [said(ledger, 'v', 1), said(ledger, 'o', 1, 1)];
    ledger.screen('v', 1, [answer, question], 1);
    expect(ledger.faults.reordered).toBe(1);
  });

  test('an answer whose question has not arrived yet is no fault; a hole filled above it is none either', () => {
    const ledger = new Ledger();
    const [question, answer] = [said(ledger, 'v', 1), said(ledger, 'o', 1, 1)];
    ledger.screen('v', 1, [answer], 1);
    ledger.screen('v', 1, [question, answer], 2);
    expect(ledger.faults.reordered).toBe(0);
  });

  test('words that nobody said are forged', () => {
    const ledger = new Ledger();
    ledger.screen('v', 1, ['trust me'], 1);
    expect(ledger.faults.forged).toBe(1);
  });

  test('screens that differ at the end are named', () => {
    const ledger = new Ledger();
    const [a, b] = [said(ledger, 'v', 1), said(ledger, 'o', 1)];
    ledger.screen('v', 1, [a, b], 1);
    ledger.screen('o', 1, [b, a], 1);
    expect(ledger.differing()).toEqual([1]);
  });
});

test('quantiles are nearest ranks', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(quantiles(hundred)).toEqual({ count: 100, p50: 50, p99: 99, max: 100 });
});
