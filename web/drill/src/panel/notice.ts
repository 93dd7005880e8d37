// What people noticed of one press of a button: the slowest message that was on its way or said around it, and whether any was
// lost or shown twice.

import type { Counters, Sample } from '@holdfast/panel';

/** Before the press: what was just said and may have been on its way. */
const beforeMs = 1_000;
/** After it: by then everybody has felt what there is to feel, or is still waiting. */
const afterMs = 5_000;

export class Notice {
  readonly #from: number;
  readonly #before: Counters;
  #until: number;
  #seen = 0;
  #slowestMs = 0;
  #waiting: readonly number[] = [];
  #now: number;

  constructor(pressedAt: number, counters: Counters) {
    this.#from = pressedAt - beforeMs;
    this.#until = pressedAt + afterMs;
    this.#now = pressedAt;
    this.#before = counters;
  }

  /** Another button was pressed: what is said from now on is told of that one. */
  endAt(at: number): void {
    this.#until = Math.min(this.#until, at);
  }

  hear(sample: Sample): void {
    if (!this.#covers(sample.at)) return;
    this.#seen += 1;
    this.#slowestMs = Math.max(this.#slowestMs, sample.ms);
  }

  /** `waiting`: when those messages were said that nobody has seen yet. */
  look(now: number, waiting: readonly number[]): void {
    this.#now = now;
    this.#waiting = waiting.filter((at) => this.#covers(at));
  }

  get over(): boolean {
    return this.#now >= this.#until && this.#waiting.length === 0;
  }

  words(counters: Counters): string {
    const delay =
      this.#seen === 0
        ? 'no message has arrived since'
        : `no message later than ${duration(this.#slowestMs)}`;
    const harm = (['lost', 'doubled', 'reordered'] as const).map((what) => {
      const count = counters[what] - this.#before[what];
      return `${count > 0 ? count : 'none'} ${what}`;
    });
    if (this.over) return `${delay}, ${harm.join(', ')}`;
    const oldest = Math.min(...this.#waiting);
    const waiting = Number.isFinite(oldest)
      ? `${this.#waiting.length} on the way, the oldest for ${duration(this.#now - oldest)}`
      : 'still watching';
    return `so far: ${delay}, ${harm[0]}; ${waiting}`;
  }

  #covers(at: number): boolean {
    return at >= this.#from && at < this.#until;
  }
}

export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
