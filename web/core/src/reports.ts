// What this client saw of a deployment that was late or out of reach, told to the other one: it feeds health.

import { Alarm } from './alarm.ts';
import type { Clock, DeploymentName } from './api.ts';
import type { Links } from './links.ts';
import type { Turn } from './turn.ts';

const EVERY_MS = 10_000;

export type Sighting = 'hedgesWon' | 'lateAcks' | 'failedConnects';
type Counts = Record<Sighting, number>;

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
    const idle = total(this.#counts.primary) + total(this.#counts.redundant) === 0;
    this.#counts[of][what]++;
    if (idle) this.#alarm.at(this.#parts.clock.mono() + EVERY_MS);
  }

  close(): void {
    this.#alarm.clear();
  }

  #tell(): void {
    for (const link of this.#parts.links.both()) {
      const of = this.#parts.links.other(link).deployment;
      const counts = this.#counts[of];
      if (total(counts) === 0) continue;
      const {
        hedgesWon: hedges_won,
        lateAcks: late_acks,
        failedConnects: failed_connects,
      } = counts;
      const told = link.send({
        t: 'report',
        hedges_won,
        late_acks,
        failed_connects,
        at: this.#parts.clock.wall(),
      });
      if (told) this.#counts[of] = none();
      else this.#alarm.at(this.#parts.clock.mono() + EVERY_MS);
    }
  }
}

function none(): Counts {
  return { hedgesWon: 0, lateAcks: 0, failedConnects: 0 };
}

function total(counts: Counts): number {
  return counts.hedgesWon + counts.lateAcks + counts.failedConnects;
}
