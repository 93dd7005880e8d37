// When to dial again: for ever, exponentially, with full jitter (so that a failed data centre's clients do not come back as
// one wave), and never before the moment that a node asked for.
import type { Random } from './api.ts';

const BASE_MS = 300;
// How long somebody waits at most once a data centre is back; ten thousand within it are about what one node resumes (docs/performance.md).
const CAP_MS = 5_000;

export class Backoff {
  #random: Random;
  #failures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Ms: as long as after a first failure. */
  soon(): number {
    return jitter(this.#random, BASE_MS);
  }

  /** Ms to wait before the next try. */
  failed(retryMs = 0, capMs = CAP_MS): number {
    const ceiling = Math.min(capMs, BASE_MS * 2 ** Math.min(this.#failures++, 16));
    return retryMs + jitter(this.#random, Math.max(ceiling, retryMs / 2));
  }
}

/** Uniform in [0, ms). */
export function jitter(random: Random, ms: number): number {
  const [a = 0, b = 0, c = 0] = random.bytes(3);
  return ((a * 65_536 + b * 256 + c) / 16_777_216) * ms;
}
