// Small things that outlive a reload, in the page's own origin. Where storage is blocked they last as long as the page.

import type { Unsubscribe } from '@holdfast/core';

const inPage = new Map<string, string>();

export function readKept(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return inPage.get(key) ?? '';
  }
}

export function keep(key: string, text: string): void {
  inPage.set(key, text);
  try {
    if (text === '') localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Blocked or full: `inPage` has it.
  }
}

/** What is kept under `holdfast:<site>:`, of all tabs. */
export function forget(site: string): void {
  const prefix = `holdfast:${site}:`;
  for (const name of ['draft', 'window']) keep(prefix + name, '');
  // Other tabs hear of what is removed only if it was there.
  keep(prefix + FORGOTTEN, 'yes');
  keep(prefix + FORGOTTEN, '');
}

const FORGOTTEN = 'forgotten';

/** Another tab forgot the visitor. */
export function onForgotten(site: string, call: () => void): Unsubscribe {
  const hear = ({ key }: StorageEvent) => key === `holdfast:${site}:${FORGOTTEN}` && call();
  addEventListener('storage', hear);
  return () => removeEventListener('storage', hear);
}
