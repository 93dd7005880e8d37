// One line about what carries the chats, and what a lost data centre could take along. Only what the core reports; in plain words; never
// alarming, for nothing that it tells is anything that an operator has to do something about.
import type { ConnectionView, DeploymentName } from '@holdfast/core';

const SILENT_MS = 4_000; // links that come up within it leave no words on the screen

export function safetyWords(connection: ConnectionView, wallMs: number): string {
  const { carrier, storage, waiting, trouble } = connection;
  const words: string[] = [];
  if (carrier !== null) words.push(...carriedWords(connection, carrier));
  else if (trouble === null && (waiting > 0 || wallMs - connection.since > SILENT_MS))
    words.push(
      'Neither data centre can be reached from here',
      'what you write is kept in this browser and delivered by itself',
    );
  if (storage === 'memory')
    words.push('this browser keeps nothing over a reload, so leave the page open');
  return words.join(' · ');
}

function carriedWords(connection: ConnectionView, carrier: DeploymentName): string[] {
  const { peer, links, unsafe } = connection;
  const other: DeploymentName = carrier === 'primary' ? 'redundant' : 'primary';
  const lacking = Math.max(peer?.behind ?? 0, unsafe);
  const carries = `${nameOf(carrier)} carries all chats`;
  if (peer === null || peer.up) {
    if (lacking > 0) return [carries, entriesWords(lacking)];
    return peer === null ? [carries] : [carries, 'everything is safe in both data centres'];
  }
  const reached = links[other] === 'up' || links[other] === 'suspect';
  const first = reached
    ? `The data centres do not reach each other; ${carries}`
    : `${nameOf(other)} cannot be reached; ${carries}`;
  return lacking > 0 ? [first, entriesWords(lacking)] : [first];
}

function entriesWords(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'} not yet in both`;
}

export function nameOf(deployment: DeploymentName): string {
  return deployment === 'primary' ? 'Primary' : 'Redundant';
}
