// What people's screens tell them: the rules by which the widget speaks of absences (web/widget/src/attendance.ts), watched on every client.

import type { Client } from '@holdfast/core';

const outOfReachAfterMs = 10_000;
const nobodyThereAfterMs = 3_000;

export class Screens {
  readonly #heard: (words: string) => void;
  readonly #said: string[] = [];
  readonly #closing: (() => void)[] = [];

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

  close(): void {
    for (const close of this.#closing) close();
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
    this.#closing.push(subscribe(look), () => clearTimeout(timer));
    look();
  }
}
