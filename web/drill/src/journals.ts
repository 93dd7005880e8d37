// Compares the two journals with a reader that shares no code with the server (tests/journal_reader.py).

import { execFileSync } from 'node:child_process';
import { repository } from './paths.ts';

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
  const read = (...args: string[]) => {
    try {
      return {
        ok: true,
        out: execFileSync('python3', [`${repository}/tests/journal_reader.py`, ...args], {
          encoding: 'utf8',
          maxBuffer: 1 << 28,
        }),
      };
    } catch (error) {
      const failed = error as { stdout?: string; stderr?: string };
      return { ok: false, out: `${failed.stdout ?? ''}${failed.stderr ?? ''}` };
    }
  };
  const compared = read('--compare', paths.primaryJournal, paths.redundantJournal);
  const lines = (flag: string) => Number(read(flag, '--count', paths.redundantJournal).out.trim());
  return {
    same: compared.ok,
    difference: compared.ok ? '' : compared.out.trim().split('\n').slice(0, 5).join('; '),
    events: lines('--events'),
    givenBack: lines('--find-given-back'),
    twoAcceptances: lines('--two-acceptances'),
  };
}
