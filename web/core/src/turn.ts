// One turn: everything that one callback, timer or call sets off. Work that looks at the whole client (delivery,
// storing, telling subscribers) is done once at its end, never in the middle of a change.
export class Turn {
  #depth = 0;
  #again = false;
  #closed = false;
  #atEnd: () => void;

  /** `atEnd` may change things again; it is then called once more. */
  constructor(atEnd: () => void) {
    this.#atEnd = atEnd;
  }

  run<T>(work: () => T): T {
    this.#depth++;
    try {
      return work();
    } finally {
      this.#again = true;
      if (this.#depth === 1) this.#finish();
      this.#depth--;
    }
  }

  close(): void {
    this.#closed = true;
  }

  #finish(): void {
    // Bounded: a subscriber that calls back at every change would otherwise never let go.
    for (let rounds = 0; this.#again && !this.#closed && rounds < 100; rounds++) {
      this.#again = false;
      this.#atEnd();
    }
  }
}
