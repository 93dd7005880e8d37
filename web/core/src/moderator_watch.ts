// Asks the moderators for the verdict while the active deployment is out of reach. Otherwise links bring it.
// A moderator that is silent changes nothing: the last verdict stands.

import { Alarm } from './alarm.ts';
import type { Clock, Http, Random } from './api.ts';
import { jitter } from './backoff.ts';
import type { SignedVerdict } from './gen/protocol.ts';
import type { Turn } from './turn.ts';

const EVERY_MS = 3_000;
const TIMEOUT_MS = 3_000;

export interface ModeratorWatchParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly turn: Turn;
  readonly http: Http;
  readonly urls: readonly string[];
  /** Is there anything to ask about? */
  needed(): boolean;
  hear(verdict: SignedVerdict): void;
}

export class ModeratorWatch {
  readonly #parts: ModeratorWatchParts;
  readonly #alarm: Alarm;
  #next = 0;
  #armed = false;
  #closed = false;

  constructor(parts: ModeratorWatchParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, parts.turn, () => this.#ring());
  }

  /** Looks whether it is needed. Cheap; called after each turn. */
  pump(): void {
    if (this.#closed || this.#armed || this.#parts.urls.length === 0 || !this.#parts.needed())
      return;
    this.#armed = true;
    this.#alarm.at(this.#parts.clock.mono() + jitter(this.#parts.random, EVERY_MS));
  }

  close(): void {
    this.#closed = true;
    this.#alarm.clear();
  }

  #ring(): void {
    this.#armed = false;
    if (this.#parts.needed())
      void this.#ask(this.#parts.urls[this.#next++ % this.#parts.urls.length] ?? '');
  }

  async #ask(url: string): Promise<void> {
    try {
      const response = await this.#parts.http.request({
        method: 'GET',
        url: `${url}/v1/verdict`,
        timeoutMs: TIMEOUT_MS,
      });
      const verdict = readVerdict(response.body);
      if (!this.#closed && verdict !== null) this.#parts.turn.run(() => this.#parts.hear(verdict));
    } catch {
      // silent: asked again in a while
    }
  }
}

function readVerdict(text: string): SignedVerdict | null {
  try {
    const value = JSON.parse(text) as Record<string, unknown> | null;
    const { p, k, s } = (value?.verdict ?? value ?? {}) as Record<string, unknown>;
    return typeof p === 'string' && typeof k === 'string' && typeof s === 'string'
      ? { p, k, s }
      : null;
  } catch {
    return null;
  }
}
