// Which site the operator of this browser works for: needed to find the kept session again.

const key = 'holdfast:site';

export function lastSite(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

export function rememberSite(site: string): void {
  try {
    localStorage.setItem(key, site);
  } catch {
    // Blocked: the next start asks again.
  }
}
