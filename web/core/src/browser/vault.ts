// Keys and sessions of this origin: a database apart from the events, because keys cannot be written as JSON.
export const VAULT_TABLE = 'vault';
const OPEN_MS = 2_000;

export function openVault(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('storage does not answer')), OPEN_MS);
    const request = indexedDB.open('holdfast-vault', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(VAULT_TABLE);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      clearTimeout(timer);
      resolve(request.result);
    };
  });
}

export function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
