// How fast a link may be fed. Usually as fast as answers come; after `rate_limited` one event at a time, further apart with
// each refusal, and slowly faster again. Who goes on regardless is closed as a flood.
const GAP_MIN_MS = 80;
const NO_GAP_MS = 15;
const EASING = 0.97;
const SLOWING = 1.5;

export class Pace {
  #gapMs = 0;
  #slowedAt = Number.NEGATIVE_INFINITY;
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

  /** What was sent at `sentAt` was refused for the rate. A whole window may be: only what was sent after the last slowing down slows further. */
  limited(now: number, retryMs: number, sentAt: number): void {
    if (sentAt <= this.#slowedAt) return;
    // The node tells when there is room for one; how fast room comes about has to be found out.
    this.#gapMs = Math.max(GAP_MIN_MS, this.#gapMs * SLOWING);
    this.#slowedAt = now;
    this.#next = Math.max(this.#next, now + Math.max(retryMs, this.#gapMs));
  }
}
