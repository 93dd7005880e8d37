// An event's content: two byte strings made once by the author's client and never re-serialised. docs/protocol.md §2.
// Head and body travel inside JSON strings, so a JavaScript string without lone surrogates stands for their bytes exactly.
import { type ChatId, type Digest, type Random, TextRefused } from './api.ts';
import { b64, hash, utf8Length } from './bytes.ts';
import { type Audience, Limit } from './gen/protocol.ts';

export type { Audience };

export interface Head {
  readonly site: string;
  readonly chat: ChatId;
  readonly author: string;
  readonly id: string;
  readonly kind: string;
  readonly audience: Audience;
  readonly after: readonly Digest[];
  readonly body: string;
}

export interface Content {
  readonly headBytes: string;
  /** null when erased. */
  readonly bodyBytes: string | null;
  readonly head: Head;
  readonly digest: Digest;
}

const RANK: Readonly<Record<Audience, number>> = { chat: 0, operators: 1, nodes: 2 };

/** Is `audience` as wide as `upTo`, or wider? */
export function visibleTo(audience: Audience, upTo: Audience): boolean {
  return RANK[audience] <= RANK[upTo];
}

export function chatIdOf(site: string, author: string, id: string): ChatId {
  return hash(`holdfast:chat:1\n${site}\n${author}\n${id}`);
}

export function digestOf(headBytes: string): Digest {
  return hash(`holdfast:head:1\n${headBytes}`);
}

export function bodyHash(bodyBytes: string): string {
  return hash(`holdfast:body:1\n${bodyBytes}`);
}

export interface Draft {
  readonly site: string;
  /** null: this is an opening event, which names its own chat. */
  readonly chat: ChatId | null;
  readonly author: string;
  readonly id: string;
  readonly kind: string;
  readonly audience: Audience;
  readonly after: readonly Digest[];
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Throws TextRefused when no node would ever take it for its size. */
export function makeContent(draft: Draft, random: Random): Content {
  const bodyBytes = JSON.stringify({ nonce: b64(random.bytes(16)), ...draft.payload });
  const head: Head = {
    site: draft.site,
    chat: draft.chat ?? chatIdOf(draft.site, draft.author, draft.id),
    author: draft.author,
    id: draft.id,
    kind: draft.kind,
    audience: draft.audience,
    after: draft.after,
    body: bodyHash(bodyBytes),
  };
  const headBytes = JSON.stringify({ v: 1, ...head });
  if (
    utf8Length(bodyBytes) > Limit.bodyBytesMax ||
    eventBytes(headBytes, bodyBytes) > Limit.eventBytesMax
  )
    throw new TextRefused('the text is too long to travel in one frame');
  return { headBytes, bodyBytes, head, digest: digestOf(headBytes) };
}

// As JSON in a frame: what fits there fits into a give beside its acceptances.
function eventBytes(headBytes: string, bodyBytes: string): number {
  return utf8Length(JSON.stringify({ head: headBytes, body: bodyBytes }));
}

/** Throws TextRefused with the reason, in words for a person. */
export function checkText(text: string): void {
  if (text.length === 0) throw new TextRefused('the text is empty');
  const points = [...text];
  if (points.length > Limit.textCharsMax)
    throw new TextRefused(
      `the text has ${points.length} characters, at most ${Limit.textCharsMax} can be sent`,
    );
  for (const point of points) {
    const code = point.codePointAt(0) ?? 0;
    if ((code < 0x20 && point !== '\t' && point !== '\n') || (code >= 0x7f && code <= 0x9f))
      throw new TextRefused('the text holds a control character');
    if (code >= 0xd800 && code <= 0xdfff)
      throw new TextRefused('the text holds half of a character');
  }
}

export interface BadContent {
  readonly bad: string;
}

/** What arrived, checked: the digest is computed, the body is the one that the head names. Unknown fields and kinds pass. */
export function parseContent(headBytes: string, bodyBytes: string | null): Content | BadContent {
  let fields: unknown;
  try {
    fields = JSON.parse(headBytes);
  } catch {
    return { bad: 'head is not JSON' };
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    return { bad: 'head is not an object' };
  const raw = fields as Record<string, unknown>;
  if (raw.v !== 1) return { bad: 'head of another version' };
  for (const name of ['site', 'chat', 'author', 'id', 'kind', 'audience', 'body'])
    if (typeof raw[name] !== 'string') return { bad: `head.${name} is not a string` };
  const after = raw.after;
  if (
    !Array.isArray(after) ||
    after.length > Limit.afterMax ||
    !after.every((one) => typeof one === 'string')
  )
    return { bad: 'head.after' };
  if (bodyBytes !== null && bodyHash(bodyBytes) !== raw.body)
    return { bad: 'body is not the one that the head names' };
  const head: Head = {
    site: raw.site as string,
    chat: raw.chat as string,
    author: raw.author as string,
    id: raw.id as string,
    kind: raw.kind as string,
    audience: raw.audience === 'chat' || raw.audience === 'operators' ? raw.audience : 'nodes',
    after: after as string[],
    body: raw.body as string,
  };
  return { headBytes, bodyBytes, head, digest: digestOf(headBytes) };
}

/** Fields of a body; empty when erased or not an object. */
export function bodyFields(content: Content): Readonly<Record<string, unknown>> {
  if (content.bodyBytes === null) return {};
  try {
    const fields: unknown = JSON.parse(content.bodyBytes);
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields)
      ? (fields as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
