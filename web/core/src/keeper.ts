// Writes to the store what changed in a turn, in one go. When the store fails the client carries on in memory and says so: the
// browser then no longer counts as a replica.
import type { Store, StoredRecord } from './api.ts';

export class Keeper {
  readonly #store: Store;
  readonly #failed: () => void;
  #puts = new Map<string, () => StoredRecord>();
  #removes = new Set<string>();
  #state: 'loading' | 'open' | 'failed' | 'closed' = 'loading';

  /** `failed` is called once, outside of any turn. */
  constructor(store: Store, failed: () => void) {
    this.#store = store;
    this.#failed = failed;
  }

  get persistent(): boolean {
    return this.#store.kind === 'persistent' && this.#state !== 'failed';
  }

  async load(): Promise<readonly StoredRecord[]> {
    try {
      const records = await this.#store.load();
      if (this.#state === 'loading') this.#state = 'open';
      return records;
    } catch {
      this.#fail();
      return [];
    }
  }

  /** `record` is called at the end of the turn, when the value has its last shape. */
  put(key: string, record: () => StoredRecord): void {
    this.#removes.delete(key);
    this.#puts.set(key, record);
  }

  remove(key: string): void {
    this.#puts.delete(key);
    this.#removes.add(key);
  }

  /** Waits while the store loads: what it holds must not be overwritten by what is not known yet. */
  flush(): void {
    if (this.#state !== 'open' || this.#puts.size + this.#removes.size === 0) return;
    const puts = [...this.#puts.values()].map((record) => record());
    const removes = [...this.#removes];
    this.#puts.clear();
    this.#removes.clear();
    this.#store.write(puts, removes).catch(() => this.#fail());
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.flush();
    this.#state = 'closed';
    this.#store.close();
  }

  #fail(): void {
    if (this.#state === 'failed' || this.#state === 'closed') return;
    this.#state = 'failed';
    this.#failed();
  }
}
