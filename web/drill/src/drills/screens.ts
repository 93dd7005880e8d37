// What people's screens tell them: the rules by which the widget speaks of absences (web/widget/src/attendance.ts), watched on every client.

import type { Client } from '@holdfast/core';

const outOfReachAfterMs = 10_000;
const nobodyThereAfterMs = 3_000;

export class Screens {
  readonly #heard: (words: string) => void;
  readonly #said: string[] = [];
  readonly #watched = new Map<string, (() => void)[]>();

  /** `heard`: at the moment at which a screen says something. */
  constructor(heard: (words: string) => void) {
    this.#heard = heard;
  }

  watch(name: string, client: Client): void {
    this.#lasting(
      name,
      'no data centre is within reach',
      outOfReachAfterMs,
      () => client.connection.get().carrier === null,
      (look) => client.connection.subscribe(look),
    );
    this.#lasting(
      name,
      'nobody is there',
      nobodyThereAfterMs,
      () => client.connection.get().carrier !== null && !client.presence.get().available,
      (look) => client.presence.subscribe(look),
    );
    this.#lasting(
      name,
      'this chat does not work',
      0,
      () => client.connection.get().trouble !== null,
      (look) => client.connection.subscribe(look),
    );
  }

  get said(): readonly string[] {
    return this.#said;
  }

  /** What others saw. */
  add(words: readonly string[]): void {
    this.#said.push(...words);
  }

  /** Who has left sees nothing. */
  forget(name: string): void {
    for (const close of this.#watched.get(name) ?? []) close();
    this.#watched.delete(name);
  }

  close(): void {
    for (const name of [...this.#watched.keys()]) this.forget(name);
  }

  #say(words: string): void {
    this.#said.push(words);
    this.#heard(words);
  }

  #lasting(
    name: string,
    words: string,
    patienceMs: number,
    holds: () => boolean,
    subscribe: (look: () => void) => () => void,
  ): void {
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      if (!holds()) {
        clearTimeout(timer);
        timer = undefined;
      } else {
        timer ??= setTimeout(() => this.#say(`${name}: ${words}`), patienceMs);
      }
    };
    const closing = this.#watched.get(name) ?? [];
    this.#watched.set(name, [...closing, subscribe(look), () => clearTimeout(timer)]);
    look();
  }
}
