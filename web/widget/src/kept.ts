// Small things that outlive a reload, in the page's own origin. Where storage is blocked they last as long as the page.

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

/** What is kept under `holdfast:<site>:`. Other tabs hear of it, and later pages that the rest has to be forgotten too. */
export function forget(site: string): void {
  for (const name of ['draft', 'window', 'facts']) keep(`holdfast:${site}:${name}`, '');
  keep(forgottenKey(site), 'yes');
}

/** Not empty: the visitor is to be forgotten, and some of it may still be there. */
export function forgottenKey(site: string): string {
  return `holdfast:${site}:forgotten`;
}
