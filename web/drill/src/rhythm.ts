// People who go on talking until they are told to stop. Each keeps its own rhythm with a jitter of ±30 %, by moments that are fixed before anything
// is said (open loop): a stall cannot slow down those who would have noticed it.

export class Rhythm {
  readonly #act: (person: number, intendedAt: number) => void;
  readonly #everyMs: number;
  readonly #random: () => number;
  readonly #timers = new Map<number, NodeJS.Timeout>();

  constructor(
    everyMs: number,
    act: (person: number, intendedAt: number) => void,
    random: () => number = Math.random,
  ) {
    this.#everyMs = everyMs;
    this.#act = act;
    this.#random = random;
  }

  /** `people` persons, numbered from 0, begin within one pause of each other. */
  begin(people: number): void {
    const now = performance.now();
    for (let person = 0; person < people; person += 1)
      this.#wait(person, now + this.#random() * this.#everyMs);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #wait(person: number, due: number): void {
    const timer = setTimeout(() => this.#speak(person, due), due - performance.now());
    this.#timers.set(person, timer);
  }

  /** Whatever was due meanwhile is said now, and counts from when it was due. */
  #speak(person: number, due: number): void {
    let next = due;
    while (next <= performance.now()) {
      this.#act(person, next);
      next += this.#everyMs * (0.7 + 0.6 * this.#random());
    }
    this.#wait(person, next);
  }
}
