// A chat as a page shows it, made from the set.

import { hlcWall, smallestHlc } from './acceptance.ts';
import type { ChatState, ChatView, ContactFields, MessageState, MessageView } from './api.ts';
import { type ChatSet, type Held, inBoth } from './chat_set.ts';
import { bodyFields } from './content.ts';
import { foldTranscript } from './fold.ts';
import { ulidTime } from './ulid.ts';

const SHOWN_KINDS = new Set(['open', 'message', 'note', 'route', 'contact']);

export interface ViewParts {
  readonly set: ChatSet;
  readonly author: string;
  readonly typing: readonly string[];
  /** What a console was told about a chat whose opening event it does not hold yet. */
  readonly told: { readonly state: ChatState; readonly operator: string | null } | null;
  /** Planted: shown again. */
  readonly doubled: readonly Held[];
  readonly byWallClock: boolean;
}

export function viewOf({ set, author, typing, told, doubled, byWallClock }: ViewParts): ChatView {
  const opening = set.opening();
  const routing = opening === null && told !== null ? told : set.routing();
  const messages = messagesOf(set, author, doubled, byWallClock);
  return {
    id: set.chat,
    state: routing.state,
    operator: routing.state === 'assigned' ? routing.operator : null,
    visitor: opening?.content.head.author ?? '',
    opening: openingOf(opening),
    messages,
    typing: typing.filter((who) => who !== author),
    whole: opening !== null,
    contact: contactOf(messages),
  };
}

function contactOf(messages: readonly MessageView[]): ContactFields {
  const said = messages.filter(({ kind, state }) => kind === 'contact' && state !== 'refused');
  return Object.assign({}, ...said.map(({ fields }) => fields));
}

export function openingOf(opening: Held | null): Readonly<Record<string, unknown>> {
  return opening === null ? {} : fieldsOf(opening);
}

function messagesOf(
  set: ChatSet,
  author: string,
  doubled: readonly Held[],
  byWallClock: boolean,
): MessageView[] {
  const placed = foldTranscript(set.standing(), 'binding').map(({ fact }) => fact);
  const refused = set.all().filter((held) => held.refused !== null);
  const messages = [...placed, ...doubled, ...refused]
    .filter((held) => SHOWN_KINDS.has(held.content.head.kind))
    .map((held) => messageOf(held, author));
  return byWallClock ? messages.sort((a, b) => a.at - b.at) : messages;
}

function messageOf(held: Held, author: string): MessageView {
  const { head, digest, bodyBytes } = held.content;
  const fields = fieldsOf(held);
  const hlc = smallestHlc(held.acc);
  return {
    id: head.id,
    digest,
    author: head.author,
    kind: head.kind,
    text: typeof fields.text === 'string' ? fields.text : '',
    erased: bodyBytes === null,
    fields,
    at: hlc === null ? ulidTime(head.id) : hlcWall(hlc),
    mine: head.author === author,
    state: stateOf(held),
    ...(held.refused !== null && { why: held.refused.why }),
  };
}

export function stateOf(held: Held): MessageState {
  if (held.refused !== null) return 'refused';
  if (inBoth(held)) return 'safe';
  return held.acc.length > 0 ? 'accepted' : 'waiting';
}

function fieldsOf(held: Held): Readonly<Record<string, unknown>> {
  const { nonce: _, ...fields } = bodyFields(held.content);
  return fields;
}
