// Which site the operator of this browser works for: needed to find the kept session again.
import { keep, readKept } from './kept.ts';

export function lastSite(): string {
  return readKept('site') ?? '';
}

export function rememberSite(site: string): void {
  keep('site', site);
}
