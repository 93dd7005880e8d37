// Compares the two journals with a reader that shares no code with the server (tests/journal_reader.py).

import { spawnSync } from 'node:child_process';
import { repository } from './paths.ts';

const reader = `${repository}/tests/journal_reader.py`;

export interface JournalFindings {
  readonly same: boolean;
  readonly difference: string;
  /** Of what people said: in one of them it does not stand. */
  readonly missing: number;
  readonly events: number;
  /** Entries of the redundant deployment's own origins that carry a primary's acceptance. */
  readonly givenBack: number;
  /** Events that both deployments accepted. */
  readonly twoAcceptances: number;
}

export interface JournalPaths {
  readonly primaryJournal: string;
  readonly redundantJournal: string;
}

// What people said counts, not what synthetic chats did: the deployments have them with each other until they are stopped.
const ofPeople = ['--without-site', 'holdfast-probe'];

/** `said`: every text of a message that was ever said. */
export function compareJournals(
  { primaryJournal, redundantJournal }: JournalPaths,
  said: readonly string[],
): JournalFindings {
  const compared = read(...ofPeople, '--compare', primaryJournal, redundantJournal);
  const found = (what: string): unknown =>
    JSON.parse(read(what, '--json', ...ofPeople, redundantJournal).out);
  const written = [primaryJournal, redundantJournal].map(textsIn);
  return {
    same: compared.ok,
    difference: compared.ok ? '' : compared.out.trim().split('\n').slice(0, 5).join('; '),
    missing: said.filter((text) => written.some((texts) => !texts.has(text))).length,
    events: (found('--count') as { events: number }).events,
    givenBack: (found('--find-given-back') as unknown[]).length,
    twoAcceptances: (found('--two-acceptances') as unknown[]).length,
  };
}

function textsIn(journal: string): ReadonlySet<string> {
  const { events } = JSON.parse(read('--json', ...ofPeople, journal).out) as {
    events: readonly { readonly body: string | null }[];
  };
  const texts = events.map(({ body }) => (body === null ? {} : JSON.parse(body)).text);
  return new Set(texts.filter((text) => typeof text === 'string'));
}

function read(...args: string[]): { ok: boolean; out: string } {
  const { status, stdout, stderr } = spawnSync('python3', [reader, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status === null || status > 1) throw new Error(`${reader} ${args.join(' ')}: ${stderr}`);
  return { ok: status === 0, out: stdout };
}
