import { describe, expect, test } from 'vitest';
import { heightFor, rowsFor, spanMs, summary, summaryWords } from '../src/plot_scale.ts';

describe('the plot', () => {
  test('is as high as its slowest message needs, and never so low that nothing looks like a lot', () => {
    expect(heightFor(20)).toBe(250);
    expect(heightFor(245)).toBe(500);
    expect(heightFor(4_000)).toBe(5_000);
    expect(heightFor(10_000_000)).toBeGreaterThan(10_000_000);
  });

  test('sums up the last minute', () => {
    const now = 100_000;
    const samples = [
      { at: now - spanMs - 1, ms: 9_000 },
      { at: now - 30_000, ms: 20 },
      { at: now - 20_000, ms: 212 },
      { at: now - 10_000, ms: 24 },
    ];
    expect(summary(samples, now)).toEqual({ count: 3, typicalMs: 24, slowestMs: 212 });
    expect(summaryWords(summary(samples, now))).toBe(
      'typical 24 ms, slowest 212 ms in the last minute',
    );
    expect(summaryWords(summary([], now))).toBe('no message in the last minute');
  });

  test('puts labels that would cover each other into rows of their own, the newest on top', () => {
    const labels = [0, 40, 50, 200].map((left) => ({ left, width: 60 }));
    expect(rowsFor(labels, 3)).toEqual([2, 1, 0, 0]);
    expect(rowsFor(labels, 2)).toEqual([null, 1, 0, 0]);
  });
});
