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

/** What is kept under `holdfast:<site>:`. Other tabs hear of it. */
export function forget(site: string): void {
  for (const name of ['draft', 'window', 'facts']) keep(`holdfast:${site}:${name}`, '');
  // What was not there is not removed: somebody must see a change.
  keep(forgottenKey(site), 'yes');
  keep(forgottenKey(site), '');
}

export function forgottenKey(site: string): string {
  return `holdfast:${site}:forgotten`;
}
