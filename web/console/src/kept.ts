// What the console remembers in this browser beside the chats themselves: drafts, read marks, preferences. Everything stands under one
// prefix, so that signing out removes all of it. Where storage is blocked it is merely forgotten with the page.

const prefix = 'holdfast:';

export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

/** null removes it. */
export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, value);
  } catch {
    // Blocked or full: it stays on the screen, which is where it matters most.
  }
}

/** Names that begin so. */
export function keptNames(start: string): string[] {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix + start))
      .map((name) => name.slice(prefix.length));
  } catch {
    return [];
  }
}

export function forgetEverything(): void {
  try {
    for (const name of Object.keys(localStorage))
      if (name.startsWith(prefix)) localStorage.removeItem(name);
    sessionStorage.clear();
  } catch {
    // Blocked: nothing was kept.
  }
}
