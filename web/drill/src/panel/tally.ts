// The messages of the measuring pair: how long each took, and which ones people miss.

import type { Counters, Sample } from '@holdfast/panel';
import type { Spoken } from '../ledger.ts';

/** A message that nobody sees although later ones of its author arrived this long ago counts as lost, until it is seen after all. */
export const overtakenMs = 10_000;

export class Tally {
  readonly #waiting = new Map<string, Spoken>();
  /** Of each author in each chat: the numbers of messages that were seen, with the time. */
  readonly #newestSeen = new Map<string, { nth: number; at: number }[]>();
  #sent = 0;
  #seen = 0;
  #gone = 0;
  readonly #harm = { doubled: 0, reordered: 0 };

  say(message: Spoken): void {
    this.#sent += 1;
    this.#waiting.set(message.text, message);
  }

  see(message: Spoken, now: number): Sample {
    this.#waiting.delete(message.text);
    this.#seen += 1;
    const marks = this.#marks(message);
    const last = marks.at(-1);
    // Only rising numbers: the first time that something as late as this was seen.
    if (!last || message.nth > last.nth) marks.push({ nth: message.nth, at: now });
    if (marks.length > 64) marks.splice(0, marks.length - 64);
    return { at: message.intendedAt, ms: now - message.intendedAt };
  }

  harm(what: 'doubled' | 'reordered'): void {
    this.#harm[what] += 1;
  }

  /** A chat is over and everybody had time to hear the rest of it: what is missing now is gone. */
  close(chat: number): void {
    for (const [text, message] of this.#waiting) {
      if (message.chat !== chat) continue;
      this.#waiting.delete(text);
      this.#gone += 1;
    }
    for (const key of this.#newestSeen.keys())
      if (key.startsWith(`${chat} `)) this.#newestSeen.delete(key);
  }

  /** When those were said that nobody has seen yet, oldest first. */
  waiting(): number[] {
    return [...this.#waiting.values()].map(({ intendedAt }) => intendedAt).sort((a, b) => a - b);
  }

  counters(now: number): Counters {
    return { sent: this.#sent, seen: this.#seen, lost: this.#lost(now), ...this.#harm };
  }

  #lost(now: number): number {
    let lost = this.#gone;
    for (const message of this.#waiting.values()) {
      const passed = this.#marks(message).some(
        ({ nth, at }) => nth > message.nth && now - at >= overtakenMs,
      );
      if (passed) lost += 1;
    }
    return lost;
  }

  #marks({ chat, by }: Spoken): { nth: number; at: number }[] {
    const key = `${chat} ${by}`;
    const marks = this.#newestSeen.get(key) ?? [];
    this.#newestSeen.set(key, marks);
    return marks;
  }
}
