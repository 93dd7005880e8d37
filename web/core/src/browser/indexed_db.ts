// The store in IndexedDB, in the host page's origin, shared by its tabs. Other tabs hear of changes over a BroadcastChannel.
import type { Store, StoredRecord, Unsubscribe } from '../api.ts';
import { answered, openDatabase } from './vault.ts';

const TABLE = 'records';

interface Change {
  readonly puts: readonly StoredRecord[];
  readonly removes: readonly string[];
}

export class IndexedDbStore implements Store {
  readonly kind = 'persistent';
  readonly #name: string;
  readonly #channel: BroadcastChannel | null;
  #database: IDBDatabase | null = null;

  constructor(name: string) {
    this.#name = name;
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  }

  async load(): Promise<readonly StoredRecord[]> {
    this.#database = await openDatabase(this.#name, TABLE, { keyPath: 'key' });
    const request = this.#database.transaction(TABLE).objectStore(TABLE).getAll();
    return (await answered(request)) as StoredRecord[];
  }

  async write(puts: readonly StoredRecord[], removes: readonly string[]): Promise<void> {
    if (this.#database === null) throw new Error('the store is not open');
    const transaction = this.#database.transaction(TABLE, 'readwrite', { durability: 'strict' });
    const table = transaction.objectStore(TABLE);
    for (const put of puts) table.put(put);
    for (const key of removes) table.delete(key);
    await committed(transaction);
    const change: Change = { puts, removes };
    this.#channel?.postMessage(change);
  }

  watch(
    listener: (puts: readonly StoredRecord[], removes: readonly string[]) => void,
  ): Unsubscribe {
    const hear = ({ data }: MessageEvent) => {
      const { puts, removes } = data as Change;
      listener(puts, removes);
    };
    this.#channel?.addEventListener('message', hear);
    return () => this.#channel?.removeEventListener('message', hear);
  }

  close(): void {
    this.#channel?.close();
    this.#database?.close();
    this.#database = null;
  }
}

/** Tabs that have it open let go of it. Resolves in any case: where storage is blocked there is nothing to remove. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve();
      request.onerror = () => resolve();
      request.onblocked = () => resolve(); // removed as soon as the last tab has let go
    } catch {
      resolve();
    }
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
