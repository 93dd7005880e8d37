import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rhythm } from '../../src/rhythm.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function rhythm() {
  const said: { person: number; at: number }[] = [];
  const it = new Rhythm(
    1_000,
    (person, at) => said.push({ person, at }),
    () => 0.5,
  );
  return { it, said };
}

test('everybody keeps talking, at moments that are fixed in advance', () => {
  const { it, said } = rhythm();
  const began = performance.now();
  it.begin(2);
  vi.advanceTimersByTime(3_000);
  expect(said.filter(({ person }) => person === 0).map(({ at }) => at - began)).toEqual([
    500, 1_500, 2_500,
  ]);
  expect(said.filter(({ person }) => person === 1)).toHaveLength(3);
});

test('what was due during a stall is said afterwards, and counts from when it was due', () => {
  const { it, said } = rhythm();
  const began = performance.now();
  it.begin(1);
  // Time passes without any timer being served.
  const stalled = vi.spyOn(performance, 'now').mockReturnValue(began + 3_600);
  vi.runOnlyPendingTimers();
  stalled.mockRestore();
  expect(said.map(({ at }) => at - began)).toEqual([500, 1_500, 2_500, 3_500]);
});

test('nobody says anything once they were told to stop', () => {
  const { it, said } = rhythm();
  it.begin(3);
  it.stop();
  vi.advanceTimersByTime(5_000);
  expect(said).toEqual([]);
});
