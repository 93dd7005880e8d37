// What a drill is held on: an installation of its own on this machine, or one that somebody already runs.

import type { Ground } from '../company.ts';
import type { Installation } from '../installation/installation.ts';
import { compareJournals, type JournalFindings } from '../journals.ts';
import type { Audit } from './outcome.ts';

export interface Arena extends Ground {
  /** `holdfast verify` finds no difference; null where nobody can ask that. */
  identical(): Promise<boolean | null>;
  /** What the Moderators know of their own synthetic messages; null when none answers. */
  audit(): Promise<Audit | null>;
  /** Ends what was started for the drill, and looks on the disks for what was said; null where they are not ours. */
  end(said: readonly string[]): Promise<JournalFindings | null>;
  /** In words, for the report. */
  version(): Promise<string>;
}

export function arenaOf(installation: Installation): Arena {
  return {
    ...groundOf(installation),
    identical: () => installation.identical(),
    audit: () => auditOf(installation.moderatorUrls),
    version: async () => (await installation.holdfast('version')).trim(),
    async end(said) {
      await installation.stopModerator();
      await untilIdentical(installation);
      await installation.stopDeployments();
      return compareJournals(installation, said);
    },
  };
}

function groundOf(from: Ground): Ground {
  const { site, origin, consoleOrigin, urls, moderatorUrls, moderatorKeys, signIns } = from;
  return { site, origin, consoleOrigin, urls, moderatorUrls, moderatorKeys, signIns };
}

export async function auditOf(moderatorUrls: readonly string[]): Promise<Audit | null> {
  const told = await Promise.all(moderatorUrls.map(auditAt));
  const answers = told.filter((audit) => audit !== null);
  if (answers.length === 0) return null;
  return answers.reduce((sum, audit) => ({
    kept: sum.kept + audit.kept,
    lost: sum.lost + audit.lost,
    unsaid: sum.unsaid + audit.unsaid,
  }));
}

async function auditAt(moderatorUrl: string): Promise<Audit | null> {
  const answer = await fetch(`${moderatorUrl}/metrics`, { signal: AbortSignal.timeout(2_000) })
    .then((response) => (response.ok ? response.text() : ''))
    .catch(() => '');
  const count = (name: string) =>
    Number(new RegExp(`^holdfast_moderator_${name}_total (\\d+)$`, 'm').exec(answer)?.[1]);
  const [kept, lost, unsaid] = [
    count('promises_kept'),
    count('promises_lost'),
    count('messages_unsaid'),
  ];
  return Number.isNaN(kept + lost + unsaid) ? null : { kept, lost, unsaid };
}

/** Nobody says anything any more; what is still on its way between the two arrives. */
async function untilIdentical(installation: Installation): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) if (await installation.identical()) return;
}
