import { describe, expect, test } from 'vitest';
import type { Spoken } from '../../src/ledger.ts';
import { overtakenMs, Tally } from '../../src/panel/tally.ts';

const said = (tally: Tally, nth: number, at: number, chat = 1): Spoken => {
  const message = {
    text: `${chat} v${nth}`,
    chat,
    by: 'v',
    to: 'o',
    nth,
    heard: 0,
    intendedAt: at,
  };
  tally.say(message);
  return message;
};

describe('the tally', () => {
  test('measures from the moment somebody meant to say it until it is seen', () => {
    const tally = new Tally();
    const message = said(tally, 1, 1_000);
    expect(tally.waiting()).toEqual([1_000]);
    expect(tally.see(message, 1_212)).toEqual({ at: 1_000, ms: 212 });
    expect(tally.waiting()).toEqual([]);
    expect(tally.counters(2_000)).toEqual({ sent: 1, seen: 1, lost: 0, doubled: 0, reordered: 0 });
  });

  test('does not call lost what waits because nothing works', () => {
    const tally = new Tally();
    tally.see(said(tally, 1, 0), 10);
    said(tally, 2, 100);
    said(tally, 3, 200);
    expect(tally.counters(3_600_000).lost).toBe(0);
  });

  test('calls lost what a later message has long overtaken, until it arrives after all', () => {
    const tally = new Tally();
    const first = said(tally, 1, 0);
    tally.see(said(tally, 2, 100), 130);
    expect(tally.counters(130 + overtakenMs - 1).lost).toBe(0);
    expect(tally.counters(130 + overtakenMs).lost).toBe(1);
    tally.see(first, 20_000);
    expect(tally.counters(20_000).lost).toBe(0);
  });

  test('what is missing when a chat is over is gone for good', () => {
    const tally = new Tally();
    said(tally, 1, 0);
    tally.see(said(tally, 1, 0, 2), 20);
    tally.close(1);
    expect(tally.counters(50).lost).toBe(1);
    expect(tally.waiting()).toEqual([]);
  });

  test('what another author or another chat said overtakes nothing', () => {
    const tally = new Tally();
    said(tally, 1, 0);
    tally.see(said(tally, 2, 10, 2), 30);
    expect(tally.counters(100_000).lost).toBe(0);
  });
});
