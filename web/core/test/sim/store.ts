// A browser's storage: shared by its tabs, outlives reloads, sometimes blocked or full.
import type { Store, StoredRecord, Unsubscribe } from '../../src/api.ts';

export class SimStorage {
  readonly records = new Map<string, StoredRecord>();
  blocked = false;
  full = false;
  readonly #tabs = new Set<SimStore>();

  /** A tab's view of it. */
  open(): Store {
    return new SimStore(this, this.#tabs);
  }

  /** Own events that a reload would send again. */
  outbox(): Set<string> {
    const own = [...this.records].filter(
      ([key, { value }]) => key.startsWith('event/') && (value as { own: boolean }).own,
    );
    return new Set(own.map(([key]) => key.split('/')[2] ?? ''));
  }
}

class SimStore implements Store {
  readonly kind = 'persistent';
  readonly #storage: SimStorage;
  readonly #tabs: Set<SimStore>;
  #listener: ((puts: readonly StoredRecord[], removes: readonly string[]) => void) | null = null;

  constructor(storage: SimStorage, tabs: Set<SimStore>) {
    this.#storage = storage;
    this.#tabs = tabs;
    tabs.add(this);
  }

  load(): Promise<readonly StoredRecord[]> {
    if (this.#storage.blocked) return Promise.reject(new Error('blocked'));
    return Promise.resolve(
      [...this.#storage.records.values()].map((record) => structuredClone(record)),
    );
  }

  write(puts: readonly StoredRecord[], removes: readonly string[]): Promise<void> {
    if (this.#storage.full) return Promise.reject(new Error('quota'));
    const copies = puts.map((put) => structuredClone(put));
    for (const copy of copies) this.#storage.records.set(copy.key, copy);
    for (const key of removes) this.#storage.records.delete(key);
    return Promise.resolve().then(() => {
      for (const tab of this.#tabs) if (tab !== this) tab.#listener?.(copies, removes);
    });
  }

  watch(
    listener: (puts: readonly StoredRecord[], removes: readonly string[]) => void,
  ): Unsubscribe {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  close(): void {
    this.#tabs.delete(this);
  }
}
