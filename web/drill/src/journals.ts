// Compares the two journals with a reader that shares no code with the server (tests/journal_reader.py).

import { spawnSync } from 'node:child_process';
import { repository } from './paths.ts';

const reader = `${repository}/tests/journal_reader.py`;

export interface JournalFindings {
  readonly same: boolean;
  readonly difference: string;
  readonly events: number;
  /** Entries of the redundant deployment's own origins that carry a primary's acceptance. */
  readonly givenBack: number;
  /** Events that both deployments accepted. */
  readonly twoAcceptances: number;
}

export function compareJournals(paths: {
  primaryJournal: string;
  redundantJournal: string;
}): JournalFindings {
  // What people said counts, not what synthetic chats did: the deployments have them with each other until they are stopped.
  const compared = read(
    '--without-site',
    'holdfast-probe',
    '--compare',
    paths.primaryJournal,
    paths.redundantJournal,
  );
  const found = (what: string): unknown =>
    JSON.parse(
      read(what, '--json', '--without-site', 'holdfast-probe', paths.redundantJournal).out,
    );
  return {
    same: compared.ok,
    difference: compared.ok ? '' : compared.out.trim().split('\n').slice(0, 5).join('; '),
    events: (found('--count') as { events: number }).events,
    givenBack: (found('--find-given-back') as unknown[]).length,
    twoAcceptances: (found('--two-acceptances') as unknown[]).length,
  };
}

function read(...args: string[]): { ok: boolean; out: string } {
  const { status, stdout, stderr } = spawnSync('python3', [reader, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status === null || status > 1) throw new Error(`${reader} ${args.join(' ')}: ${stderr}`);
  return { ok: status === 0, out: stdout };
}
