// How fast a link may be fed. Usually as fast as answers come; after `rate_limited` one event at a time, as far apart as the node asked for,
// and slowly faster again. Who goes on regardless is closed as a flood.
const GAP_MIN_MS = 50;
const NO_GAP_MS = 15;
const EASING = 0.97;
const MARGIN = 1.1;

export class Pace {
  #gapMs = 0;
  #next = Number.NEGATIVE_INFINITY;

  /** Mono ms from which the next send is welcome. */
  get nextAt(): number {
    return this.#next;
  }

  sent(now: number): void {
    if (this.#gapMs > 0) this.#next = Math.max(this.#next, now) + this.#gapMs;
  }

  accepted(): void {
    this.#gapMs *= EASING;
    if (this.#gapMs < NO_GAP_MS) this.#gapMs = 0;
  }

  limited(now: number, retryMs: number): void {
    this.#gapMs = Math.max(GAP_MIN_MS, retryMs * MARGIN, this.#gapMs);
    this.#next = Math.max(this.#next, now + this.#gapMs);
  }
}
