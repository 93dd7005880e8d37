// The plot's arithmetic: which delays are shown, how high it is, and what it says in words.

import type { Sample } from './wire.ts';

export const spanMs = 60_000;

const heights = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 900_000];

/** The lowest height in which everything that is shown fits with a little air above it. */
export function heightFor(slowestMs: number): number {
  return heights.find((height) => slowestMs <= height * 0.92) ?? slowestMs * 1.1;
}

export interface Summary {
  readonly count: number;
  readonly typicalMs: number;
  readonly slowestMs: number;
}

export function summary(samples: readonly Sample[], now: number): Summary {
  const delays = samples
    .filter(({ at }) => at >= now - spanMs)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return {
    count: delays.length,
    typicalMs: delays[Math.floor((delays.length - 1) / 2)] ?? 0,
    slowestMs: delays.at(-1) ?? 0,
  };
}

export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export function summaryWords({ count, typicalMs, slowestMs }: Summary): string {
  return count === 0
    ? 'no message in the last minute'
    : `typical ${duration(typicalMs)}, slowest ${duration(slowestMs)} in the last minute`;
}

/** Rows for labels, given oldest first, that would otherwise cover each other; null where there is no room: the newest go first. */
export function rowsFor(
  labels: readonly { readonly left: number; readonly width: number }[],
  rowsMax: number,
): (number | null)[] {
  const taken: { left: number; right: number }[][] = Array.from({ length: rowsMax }, () => []);
  const place = ({ left, width }: { left: number; width: number }) => {
    const right = left + width + 6;
    const row = taken.findIndex((row) => row.every((it) => it.right <= left || it.left >= right));
    taken[row]?.push({ left, right });
    return row === -1 ? null : row;
  };
  return labels.toReversed().map(place).toReversed();
}
