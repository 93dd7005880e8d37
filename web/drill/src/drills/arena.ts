// What a drill is held on: an installation of its own on this machine, or one that somebody already runs.

import type { Ground } from '../company.ts';
import type { Installation } from '../installation/installation.ts';
import { compareJournals, type JournalFindings } from '../journals.ts';

export interface Arena extends Ground {
  /** `holdfast verify` finds no difference; null where nobody can ask that. */
  identical(): Promise<boolean | null>;
  /** Ends what was started for the drill, and looks on the disks for what was said; null where they are not ours. */
  end(said: readonly string[]): Promise<JournalFindings | null>;
  /** In words, for the report. */
  version(): Promise<string>;
}

export function arenaOf(installation: Installation): Arena {
  return {
    ...groundOf(installation),
    identical: () => installation.identical(),
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

/** Nobody says anything any more; what is still on its way between the two arrives. */
async function untilIdentical(installation: Installation): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) if (await installation.identical()) return;
}
