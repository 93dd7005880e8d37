// What a node adds when it takes an event. Identity is the MAC; sets of them merge by union. docs/protocol.md §3.
import type { DeploymentName } from './api.ts';
import type { Acceptance } from './gen/protocol.ts';

export type { Acceptance };

/** Ascending by `m`. The same array when nothing is new. */
export function mergeAcceptances(
  held: readonly Acceptance[],
  more: readonly Acceptance[],
): readonly Acceptance[] {
  const fresh = more.filter(
    (acc, i) =>
      !held.some((h) => h.m === acc.m) && more.findIndex((other) => other.m === acc.m) === i,
  );
  if (fresh.length === 0) return held;
  return [...held, ...fresh].sort((a, b) => (a.m < b.m ? -1 : 1));
}

export function deploymentOf(origin: string): DeploymentName | null {
  if (origin.startsWith('primary/')) return 'primary';
  return origin.startsWith('redundant/') ? 'redundant' : null;
}

export function acceptedBy(
  acceptances: readonly Acceptance[],
  deployment: DeploymentName,
): boolean {
  return acceptances.some((acc) => deploymentOf(acc.o) === deployment);
}

/** Smallest hlc, as its text (text order is number order); null without acceptances. */
export function smallestHlc(acceptances: readonly Acceptance[]): string | null {
  let smallest: string | null = null;
  for (const acc of acceptances) if (smallest === null || acc.t < smallest) smallest = acc.t;
  return smallest;
}

/** The wall ms inside an hlc: for people, never for order. */
export function hlcWall(hlc: string): number {
  return Number.parseInt(hlc.slice(0, 12), 16);
}
