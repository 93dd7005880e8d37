// Finding somebody by the beginning of a name.
import type { OperatorPresence } from '@holdfast/core';
import { folded } from './folded.ts';

/** Who is here first, then by name. Every word that was typed begins a word of the name, or the sign-in name. */
export function colleagues(
  operators: readonly OperatorPresence[],
  typed: string,
): readonly OperatorPresence[] {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  return operators
    .filter(({ id, name }) => {
      const parts = folded(`${name} ${id.slice(2)}`).split(/[\s-]+/);
      return words.every((word) => parts.some((part) => part.startsWith(word)));
    })
    .toSorted(
      (a, b) =>
        Number(b.online) - Number(a.online) ||
        (a.name || a.id).localeCompare(b.name || b.id) ||
        (a.id < b.id ? -1 : 1),
    );
}

/** The one below or above; the ends meet. */
export function stepped(
  all: readonly OperatorPresence[],
  from: string | null,
  by: number,
): string | null {
  const at = all.findIndex(({ id }) => id === from);
  return all[(at + by + all.length) % all.length]?.id ?? null;
}
