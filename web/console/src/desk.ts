// Everything that one signed-in operator works with: the client, and what this browser remembers beside it.
import type { Client } from '@holdfast/core';
import type { Addresses } from './addresses.ts';
import { Chime } from './chime.ts';
import { Drafts } from './drafts.ts';
import { Preferences } from './preferences.ts';
import { ReadMarks } from './read_marks.ts';

export interface Desk {
  readonly site: string;
  readonly addresses: Addresses;
  readonly client: Client;
  readonly drafts: Drafts;
  readonly marks: ReadMarks;
  readonly preferences: Preferences;
  readonly chime: Chime;
  readonly signOut: () => void;
}

export interface DeskParts {
  readonly site: string;
  readonly addresses: Addresses;
  readonly client: Client;
  readonly signOut: () => void;
}

export function setDesk(parts: DeskParts): Desk {
  const { author } = parts.client;
  const preferences = new Preferences();
  if (preferences.away.get()) parts.client.setPresence('away');
  return {
    ...parts,
    drafts: new Drafts(author),
    marks: new ReadMarks(author),
    preferences,
    chime: new Chime(),
  };
}
