// Virtual time: everything that waits, waits here.
import type { Clock } from '../../src/api.ts';

interface Waiting {
  readonly due: number;
  readonly order: number;
  readonly call: () => void;
}

export class SimClock {
  #now = 0;
  #order = 0;
  #waiting: Waiting[] = []; // ascending by (due, order)

  get now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const entry: Waiting = { due: this.#now + Math.max(0, ms), order: this.#order++, call };
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#waiting[middle]?.due ?? 0) <= entry.due) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, entry);
    return () => {
      const at = this.#waiting.indexOf(entry);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  every(ms: number, call: () => void): () => void {
    let cancel = () => {};
    const again = () => {
      cancel = this.after(ms, () => {
        again();
        call();
      });
    };
    again();
    return () => cancel();
  }

  /** Runs all that is due within `ms`, letting promises settle in between. */
  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (
      let next = this.#waiting[0];
      next !== undefined && next.due <= end;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#now = next.due;
      next.call();
      await settle();
    }
    this.#now = end;
  }

  /** This machine's view of it: wall clocks differ, and a sleeping or throttled one runs its timers late. */
  machine(wallOffset = 1_760_000_000_000): Machine {
    return new Machine(this, wallOffset);
  }
}

export class Machine implements Clock {
  readonly #sim: SimClock;
  wallOffset: number;
  #asleepUntil = 0;

  constructor(sim: SimClock, wallOffset: number) {
    this.#sim = sim;
    this.wallOffset = wallOffset;
  }

  wall(): number {
    return this.wallOffset + this.#sim.now;
  }

  mono(): number {
    return this.#sim.now;
  }

  after(ms: number, call: () => void): () => void {
    let cancel = this.#sim.after(ms, () => {
      if (this.#sim.now >= this.#asleepUntil) call();
      else cancel = this.#sim.after(this.#asleepUntil - this.#sim.now, call);
    });
    return () => cancel();
  }

  /** Timers do not fire for so long; frames arrive all the same. */
  throttle(ms: number): void {
    this.#asleepUntil = this.#sim.now + ms;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await Promise.resolve();
}
