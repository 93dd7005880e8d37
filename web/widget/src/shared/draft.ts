// What somebody has typed and not sent: kept over a reload. A page whose storage is blocked merely forgets it.

export interface Draft {
  read(): string;
  write(text: string): void;
}

export function draftOf(name: string): Draft {
  const key = `holdfast:draft:${name}`;
  return {
    read() {
      try {
        return localStorage.getItem(key) ?? '';
      } catch {
        return '';
      }
    },
    write(text) {
      try {
        if (text === '') localStorage.removeItem(key);
        else localStorage.setItem(key, text);
      } catch {
        // Blocked: the text stays on the screen, which is where it matters most.
      }
    },
  };
}
