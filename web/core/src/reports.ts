// What this client saw of a deployment that was late or out of reach, told to the other one: it feeds health.

import { Alarm } from './alarm.ts';
import type { Clock, DeploymentName } from './api.ts';
import type { Links } from './links.ts';
import type { Turn } from './turn.ts';

const EVERY_MS = 10_000;

/** As the frame `report` calls them. */
export type Sighting = 'hedges_won' | 'late_acks' | 'failed_connects';
// Of one deployment; `since` is when the first of them was seen, in mono ms, null when there is none.
type Counts = Record<Sighting, number> & { since: number | null };

export interface ReportParts {
  readonly clock: Clock;
  readonly turn: Turn;
  readonly links: Links;
}

export class Reports {
  readonly #parts: ReportParts;
  readonly #alarm: Alarm;
  readonly #counts: Record<DeploymentName, Counts> = { primary: none(), redundant: none() };

  constructor(parts: ReportParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, parts.turn, () => this.#tell());
  }

  saw(of: DeploymentName, what: Sighting): void {
    const now = this.#parts.clock.mono();
    const { primary, redundant } = this.#counts;
    if ((primary.since ?? redundant.since) === null) this.#alarm.at(now + EVERY_MS);
    const counts = this.#counts[of];
    counts.since ??= now;
    counts[what]++;
  }

  close(): void {
    this.#alarm.clear();
  }

  #tell(): void {
    for (const link of this.#parts.links.both()) {
      const of = this.#parts.links.other(link).deployment;
      const { since, ...seen } = this.#counts[of];
      if (since === null) continue;
      const told = link.send({
        t: 'report',
        ...seen,
        at: this.#parts.clock.wall(),
        age_ms: Math.round(this.#parts.clock.mono() - since),
      });
      if (told) this.#counts[of] = none();
      else this.#alarm.at(this.#parts.clock.mono() + EVERY_MS);
    }
  }
}

function none(): Counts {
  return { hedges_won: 0, late_acks: 0, failed_connects: 0, since: null };
}
