// The store as one file of lines, each a JSON put or remove; read whole, appended, synced, and made compact at each load.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import type { Store, StoredRecord, Unsubscribe } from '../api.ts';

type Line = { readonly put: StoredRecord } | { readonly remove: string };

export class FileStore implements Store {
  readonly kind = 'persistent';
  readonly #path: string;
  #file: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<readonly StoredRecord[]> {
    const records = readLines(this.#path);
    this.#compact(records);
    this.#file = openSync(this.#path, 'a');
    return records;
  }

  async write(puts: readonly StoredRecord[], removes: readonly string[]): Promise<void> {
    if (this.#file === null) throw new Error('the store is not open');
    append(this.#file, [...puts.map((put) => ({ put })), ...removes.map((remove) => ({ remove }))]);
  }

  watch(): Unsubscribe {
    return () => {}; // one process, one file
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #compact(records: readonly StoredRecord[]): void {
    const fresh = `${this.#path}.new`;
    const file = openSync(fresh, 'w');
    append(
      file,
      records.map((put) => ({ put })),
    );
    closeSync(file);
    renameSync(fresh, this.#path);
  }
}

function append(file: number, lines: readonly Line[]): void {
  if (lines.length > 0)
    writeSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  fsyncSync(file);
}

function readLines(path: string): StoredRecord[] {
  const records = new Map<string, StoredRecord>();
  for (const text of readText(path).split('\n')) {
    const line = parseLine(text);
    if (line === null) continue;
    if ('put' in line) records.set(line.put.key, line.put);
    else records.delete(line.remove);
  }
  return [...records.values()];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return '';
    throw error;
  }
}

// A torn last line is what a crash leaves: its write was never reported as durable.
function parseLine(text: string): Line | null {
  try {
    return text === '' ? null : (JSON.parse(text) as Line);
  } catch {
    return null;
  }
}
