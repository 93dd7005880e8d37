// A store that lasts as long as the page: where storage is blocked, and for programs that keep nothing.
import type { Store, StoredRecord, Unsubscribe } from './api.ts';

export class MemoryStore implements Store {
  readonly kind: Store['kind'] = 'memory';
  readonly #records = new Map<string, StoredRecord>();

  load(): Promise<readonly StoredRecord[]> {
    return Promise.resolve([...this.#records.values()]);
  }

  write(puts: readonly StoredRecord[], removes: readonly string[]): Promise<void> {
    for (const put of puts) this.#records.set(put.key, put);
    for (const key of removes) this.#records.delete(key);
    return Promise.resolve();
  }

  watch(): Unsubscribe {
    return () => {};
  }

  close(): void {}
}
