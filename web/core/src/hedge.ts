// When a second copy of a late send goes over the other link, and how many such copies a client may afford.
//
// Late acks of an overloaded deployment must not double everybody's load, so hedges have a budget of 5 % of sends. But when no
// ack at all came for one hedge delay the deployment is not slow, it is gone, and the budget does not hold.
const FLOOR_MS = 150;
const CEILING_MS = 1_000;
const UNKNOWN_MS = 400; // before any ack was seen
const SAMPLES = 64;
const BUDGET_PER_SEND = 0.05;
const BUDGET_MAX = 5;

export class HedgeDelay {
  #samples: number[] = [];
  #at = 0;
  #delay = UNKNOWN_MS;

  /** clamp(p95 of recent acks, 150 ms, 1 s). */
  get ms(): number {
    return this.#delay;
  }

  acked(ms: number): void {
    this.#samples[this.#at] = ms;
    this.#at = (this.#at + 1) % SAMPLES;
    const sorted = [...this.#samples].sort((a, b) => a - b);
    const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? UNKNOWN_MS;
    this.#delay = Math.min(CEILING_MS, Math.max(FLOOR_MS, p95));
  }
}

export class HedgeBudget {
  #tokens = 1;
  #unlimited: boolean;

  constructor(unlimited = false) {
    this.#unlimited = unlimited;
  }

  sent(): void {
    this.#tokens = Math.min(BUDGET_MAX, this.#tokens + BUDGET_PER_SEND);
  }

  /** Takes one hedge from the budget; false when it is spent. */
  take(): boolean {
    if (this.#unlimited) return true;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
