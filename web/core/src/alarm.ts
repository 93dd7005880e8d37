// One deadline. Setting it again moves it; a fired or cleared one is silent.
//
// A throttled tab or a machine that slept fires late, while frames that would have changed the answer wait in the queue behind the
// timer. So the alarm tells how late it is, and whoever decides about liveness gives grace instead of a verdict.
import type { Clock } from './api.ts';
import type { Turn } from './turn.ts';

export class Alarm {
  #clock: Clock;
  #turn: Turn;
  #fire: (lateMs: number) => void;
  #cancel: (() => void) | null = null;
  #due = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, turn: Turn, fire: (lateMs: number) => void) {
    this.#clock = clock;
    this.#turn = turn;
    this.#fire = fire;
  }

  /** `due` in mono ms; Infinity clears. */
  at(due: number): void {
    if (due === this.#due) return;
    this.clear();
    if (due === Number.POSITIVE_INFINITY) return;
    this.#due = due;
    let live = true;
    const cancel = this.#clock.after(Math.max(0, due - this.#clock.mono()), () => {
      if (live) this.#ring(due);
    });
    this.#cancel = () => {
      live = false;
      cancel();
    };
  }

  clear(): void {
    this.#due = Number.POSITIVE_INFINITY;
    this.#cancel?.();
    this.#cancel = null;
  }

  #ring(due: number): void {
    this.#due = Number.POSITIVE_INFINITY;
    this.#cancel = null;
    this.#turn.run(() => this.#fire(Math.max(0, this.#clock.mono() - due)));
  }
}
