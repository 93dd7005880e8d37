// A value that changes, and who wants to know.
import type { Unsubscribe, Watched } from './api.ts';

export class Listeners<A extends unknown[]> {
  #listeners = new Set<{ call: (...args: A) => void }>();

  add(call: (...args: A) => void): Unsubscribe {
    const entry = { call };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  tell(...args: A): void {
    for (const entry of [...this.#listeners]) if (this.#listeners.has(entry)) entry.call(...args);
  }

  get size(): number {
    return this.#listeners.size;
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Computed when somebody looks. `refresh` tells subscribers when the new value differs. */
export class Computed<T> implements Watched<T> {
  #compute: (before: T | undefined) => T;
  #value: T | undefined;
  #told: T | undefined;
  #listeners = new Listeners<[T]>();

  /** `compute` returns its argument when nothing changed. */
  constructor(compute: (before: T | undefined) => T) {
    this.#compute = compute;
  }

  get(): T {
    const value = this.#compute(this.#value);
    this.#value = value;
    return value;
  }

  subscribe(listener: (value: T) => void): Unsubscribe {
    if (this.#listeners.size === 0) this.#told = this.get();
    return this.#listeners.add(listener);
  }

  refresh(): void {
    if (this.#listeners.size === 0) return;
    const value = this.get();
    if (value === this.#told) return;
    this.#told = value;
    this.#listeners.tell(value);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
