// Everything that one signed-in operator works with: the client, and what this browser remembers beside it.
import type { DeskClient, OperatorSession } from '@holdfast/core';
import type { Addresses } from './addresses.ts';
import { Cell } from './cell.ts';
import { Chime } from './chime.ts';
import { Drafts } from './drafts.ts';
import { Preferences } from './preferences.ts';
import { ReadMarks } from './read_marks.ts';
import { FormDrafts } from './settings/form_drafts.ts';

export interface Desk {
  readonly site: string;
  readonly addresses: Addresses;
  readonly client: DeskClient;
  /** The session that the client speaks with now; a new one after signing in again. */
  readonly session: Cell<OperatorSession>;
  readonly drafts: Drafts;
  readonly forms: FormDrafts;
  readonly marks: ReadMarks;
  readonly preferences: Preferences;
  readonly chime: Chime;
  readonly signOut: () => void;
}

export interface DeskParts {
  readonly site: string;
  readonly addresses: Addresses;
  readonly client: DeskClient;
  readonly session: OperatorSession;
  readonly signOut: () => void;
}

export function setDesk(parts: DeskParts): Desk {
  const { author } = parts.client;
  const preferences = new Preferences();
  if (preferences.away.get()) parts.client.setPresence('away');
  return {
    ...parts,
    session: new Cell(parts.session),
    forms: new FormDrafts(author),
    drafts: new Drafts(author),
    marks: new ReadMarks(author),
    preferences,
    chime: new Chime(),
  };
}
