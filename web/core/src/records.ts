// What stands in the store, and its versions. The shapes are documented in README.md, "What is stored"; a tab may meet records of the version
// after its own (another tab was updated first), so unknown fields pass and records of a later `v` are left where they are.

import { type Acceptance, mergeAcceptances } from './acceptance.ts';
import type { ChatId, ChatState, DeploymentName, StoredRecord } from './api.ts';
import type { ChatSet, Held } from './chat_set.ts';
import { type Content, parseContent } from './content.ts';
import type { SignedVerdict } from './gen/protocol.ts';

const VERSION = 1;

export interface EventRecord {
  readonly content: Content;
  readonly acc: readonly Acceptance[];
  readonly told: readonly DeploymentName[];
  readonly safe: boolean;
  /** Made in this browser: belongs to the outbox until it is safe or refused. */
  readonly own: boolean;
  readonly refused: { readonly code: number; readonly why: string } | null;
}

/** What a node said last about a chat that was another operator's at some time. */
export interface LineRecord {
  readonly chat: ChatId;
  readonly state: ChatState;
  readonly operator: string | null;
  readonly gone: boolean;
}

export type ReadRecord =
  | { readonly kind: 'event'; readonly event: EventRecord }
  | { readonly kind: 'line'; readonly line: LineRecord }
  | { readonly kind: 'verdict'; readonly verdict: SignedVerdict }
  | { readonly kind: 'other' };

export function eventKey(chat: string, digest: string): string {
  return `event/${chat}/${digest}`;
}

export function eventRecord(set: ChatSet, held: Held, own: boolean): StoredRecord {
  const { content, acc, told, safe, refused } = held;
  const value = {
    v: VERSION,
    head: content.headBytes,
    body: content.bodyBytes,
    acc,
    told,
    safe,
    own,
    refused,
  };
  return { key: eventKey(set.chat, content.digest), value };
}

export function verdictRecord(verdict: SignedVerdict): StoredRecord {
  return { key: 'verdict', value: { v: VERSION, ...verdict } };
}

export function lineKey(chat: ChatId): string {
  return `line/${chat}`;
}

export function lineRecord({ chat, state, operator, gone }: LineRecord): StoredRecord {
  return { key: lineKey(chat), value: { v: VERSION, state, operator, gone } };
}

export function readRecord({ key, value }: StoredRecord): ReadRecord {
  if (typeof value !== 'object' || value === null) return { kind: 'other' };
  const fields = value as Record<string, unknown>;
  if (fields.v !== VERSION) return { kind: 'other' };
  if (key === 'verdict') return readVerdict(fields);
  if (key.startsWith('event/')) return readEvent(key, fields);
  if (key.startsWith('line/')) return readLine(key.slice('line/'.length), fields);
  return { kind: 'other' };
}

function readVerdict({ p, k, s }: Record<string, unknown>): ReadRecord {
  if (typeof p !== 'string' || typeof k !== 'string' || typeof s !== 'string')
    return { kind: 'other' };
  return { kind: 'verdict', verdict: { p, k, s } };
}

function readLine(chat: ChatId, { state, operator, gone }: Record<string, unknown>): ReadRecord {
  if (state !== 'queued' && state !== 'assigned' && state !== 'closed') return { kind: 'other' };
  return {
    kind: 'line',
    line: {
      chat,
      state,
      operator: typeof operator === 'string' ? operator : null,
      gone: gone === true,
    },
  };
}

function readEvent(key: string, fields: Record<string, unknown>): ReadRecord {
  const { head, body, acc, told, safe, own, refused } = fields;
  if (typeof head !== 'string' || (typeof body !== 'string' && body !== null))
    return { kind: 'other' };
  const content = parseContent(head, body);
  if ('bad' in content || eventKey(content.head.chat, content.digest) !== key)
    return { kind: 'other' };
  return {
    kind: 'event',
    event: {
      content,
      acc: Array.isArray(acc) ? mergeAcceptances([], acc as Acceptance[]) : [],
      told: Array.isArray(told) ? (told as DeploymentName[]) : [],
      safe: safe === true,
      own: own === true,
      refused: readRefusal(refused),
    },
  };
}

function readRefusal(refused: unknown): EventRecord['refused'] {
  if (typeof refused !== 'object' || refused === null) return null;
  const { code, why } = refused as Record<string, unknown>;
  return typeof code === 'number' && typeof why === 'string' ? { code, why } : null;
}
