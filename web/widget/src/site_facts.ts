// What the site says of itself, and what its operators are called: as the deployments tell it, and before they have, as they told it last
// time. A page that is loaded does not change its colour after a second, nor while nobody answers at all.

import type { Client, SiteFacts } from '@holdfast/core';
import { useEffect, useState } from 'preact/hooks';
import { operatorName } from './conversation.ts';
import { keep, readKept } from './kept.ts';
import { useWatched } from './shared/use_watched.ts';

export interface Facts {
  readonly site: Partial<SiteFacts>;
  /** Made from the operator's id (`o:anna.berg`: Anna Berg) until somebody said what they want to be called. */
  readonly nameOf: (author: string) => string;
}

interface Kept {
  readonly site: Partial<SiteFacts>;
  readonly names: Readonly<Record<string, unknown>>;
}

export function useSiteFacts(client: Client, site: string): Facts {
  const key = `holdfast:${site}:facts`;
  const told = useWatched(client.site);
  const people = useWatched(client.people);
  const [before] = useState(() => parseFacts(readKept(key)));
  const now = told ?? before.site;
  const names = { ...before.names, ...Object.fromEntries(people) };
  useEffect(() => {
    if (told) keep(key, JSON.stringify({ site: told, names }));
  }, [told, people]);
  return { site: now, nameOf: (author) => nameOf(author, names[author]) };
}

/** Without the characters that turn round what is written beside them: a name stands in the middle of sentences. */
export function nameOf(author: string, told: unknown): string {
  const name = String(told ?? '').replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
  return name.trim() && name !== author.slice(2) ? name : operatorName(author);
}

/** Whatever is no facts any more counts as nothing known. */
export function parseFacts(text: string): Kept {
  try {
    const { site, names } = JSON.parse(text);
    return { site: { ...site }, names: { ...names } };
  } catch {
    return { site: {}, names: {} };
  }
}
