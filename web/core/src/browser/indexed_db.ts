// The store in IndexedDB, in the host page's origin, shared by its tabs. Other tabs hear of changes over a BroadcastChannel.
import type { Store, StoredRecord, Unsubscribe } from '../api.ts';

const TABLE = 'records';
const OPEN_MS = 2_000; // a blocked or broken database must not hold up the chat

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
    this.#database = await openDatabase(this.#name);
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

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('storage does not answer')), OPEN_MS);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'key' });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      clearTimeout(timer);
      // A later version of the page wants to change the layout: let it, and carry on in memory.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
  });
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
