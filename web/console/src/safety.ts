// One line about what carries the chats, and what a lost data centre could take along. Only what the core reports; in plain words; never
// alarming, for nothing that it tells is anything that an operator has to do something about.
import type { ConnectionView, DeploymentName } from '@holdfast/core';

const SILENT_MS = 4_000; // links that come up within it leave no words on the screen
const FRESH_MS = 5_000; // younger than this an entry is merely on its way
const CALM_MS = 10_000;

/**
 * When, in wall ms, this browser last knew everything to be in both data centres, and when not. While people write, a few entries are
 * always on their way: a line that counts them would change every second and tell nothing.
 */
export interface Lag {
  readonly noneAt: number;
  readonly someAt: number;
}

export const noLag: Lag = {
  noneAt: Number.NEGATIVE_INFINITY,
  someAt: Number.NEGATIVE_INFINITY,
};

export function lagAfter(lag: Lag, connection: ConnectionView, wallMs: number): Lag {
  if (connection.peer === null) return lag;
  const inStep = connection.peer.up && lackingOf(connection) === 0;
  return inStep ? { ...lag, noneAt: wallMs } : { ...lag, someAt: wallMs };
}

export function safetyWords(connection: ConnectionView, lag: Lag, wallMs: number): string {
  const { carrier, storage, waiting, trouble } = connection;
  const words: string[] = [];
  if (carrier !== null) words.push(...carriedWords(connection, carrier, lag, wallMs));
  else if (trouble === null && (waiting > 0 || wallMs - connection.since > SILENT_MS))
    words.push(
      'Neither data centre can be reached from here',
      'what you write is kept in this browser and delivered by itself',
    );
  if (storage === 'memory')
    words.push('this browser keeps nothing over a reload, so leave the page open');
  return words.join(' · ');
}

function carriedWords(
  connection: ConnectionView,
  carrier: DeploymentName,
  lag: Lag,
  wallMs: number,
): string[] {
  const { peer, links } = connection;
  const other: DeploymentName = carrier === 'primary' ? 'redundant' : 'primary';
  const lacking = lackingOf(connection);
  const carries = `${nameOf(carrier)} carries all chats`;
  if (peer === null) return [carries];
  if (peer.up) return [carries, stepWords(lacking, lag, wallMs)];
  const reached = links[other] === 'up' || links[other] === 'suspect';
  const first = reached
    ? `The data centres do not reach each other; ${carries}`
    : `${nameOf(other)} cannot be reached; ${carries}`;
  // What the other one took meanwhile is not known here: it may hold some of them.
  return lacking > 0 ? [first, `up to ${entriesWords(lacking)}`] : [first];
}

function stepWords(lacking: number, { noneAt, someAt }: Lag, wallMs: number): string {
  if (lacking === 0 && wallMs - someAt > CALM_MS) return 'everything is safe in both data centres';
  if (lacking === 0 || wallMs - noneAt < FRESH_MS)
    return 'everything up to a moment ago is safe in both data centres';
  return entriesWords(lacking);
}

function lackingOf({ peer, unsafe }: ConnectionView): number {
  return Math.max(peer?.behind ?? 0, unsafe);
}

function entriesWords(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'} not yet in both`;
}

function nameOf(deployment: DeploymentName): string {
  return deployment === 'primary' ? 'Primary' : 'Redundant';
}
