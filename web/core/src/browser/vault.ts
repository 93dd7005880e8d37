// Databases of this origin. The vault, with keys and sessions, is apart from the events, because keys cannot be written as JSON.
export const VAULT_TABLE = 'vault';
const OPEN_MS = 2_000; // a blocked or broken database must not hold up the chat

export function openVault(): Promise<IDBDatabase> {
  return openDatabase('holdfast-vault', VAULT_TABLE);
}

/** One table; made when it is not there yet. */
export async function openDatabase(
  name: string,
  table: string,
  options?: IDBObjectStoreParameters,
): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(table, options);
  const late = new Promise<never>((_resolve, reject) =>
    setTimeout(reject, OPEN_MS, new Error('storage does not answer')),
  );
  const opened = answered(request).then((database) => {
    // A later version of the page wants to change the layout: let it, and carry on in memory.
    database.onversionchange = () => database.close();
    return database;
  });
  return Promise.race([opened, late]);
}

export function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
