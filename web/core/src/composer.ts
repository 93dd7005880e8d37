// Makes this client's events: a chat's opening, messages, notes. What they come after is what is on the screen.
import {
  type ChatId,
  type ContactFields,
  type Digest,
  type OpenFields,
  type Random,
  type SendOptions,
  TextRefused,
} from './api.ts';
import { compareText } from './bytes.ts';
import { type ChatSet, inBoth } from './chat_set.ts';
import type { Chats } from './chats.ts';
import { type Content, checkText, makeContent, visibleTo } from './content.ts';
import { frontier } from './fold.ts';
import { type Audience, Limit } from './gen/protocol.ts';
import type { Ulids } from './ulid.ts';

const OWN_NAMED = 8;

export interface ComposerParts {
  readonly site: string;
  readonly author: string;
  readonly random: Random;
  readonly ulids: Ulids;
  readonly chats: Chats;
}

export class Composer {
  readonly #parts: ComposerParts;

  constructor(parts: ComposerParts) {
    this.#parts = parts;
  }

  opening(fields: OpenFields): Content {
    checkFields(fields);
    return this.make(null, 'open', 'chat', [], { ...fields });
  }

  message(chat: ChatId, text: string, { offline = false }: SendOptions = {}): Content {
    checkText(text);
    return this.#said(chat, 'message', 'chat', { text, ...(offline && { offline }) });
  }

  note(chat: ChatId, text: string): Content {
    checkText(text);
    return this.#said(chat, 'note', 'operators', { text });
  }

  contact(chat: ChatId, fields: ContactFields): Content {
    checkFields(fields);
    return this.#said(chat, 'contact', 'chat', { ...fields });
  }

  #said(
    chat: ChatId,
    kind: string,
    audience: Audience,
    payload: Readonly<Record<string, unknown>>,
  ): Content {
    const set = this.#parts.chats.get(chat);
    if (set === undefined) throw new TextRefused('there is no such chat here');
    return this.make(chat, kind, audience, this.#after(set, audience), payload);
  }

  // The frontier, and this author's own last events as well: whoever holds two of them then shows them in order, also while what
  // was said in between is missing there. Those that are safe need no naming, because both deployments count on from them.
  #after(set: ChatSet, audience: Audience): Digest[] {
    const standing = set.standing();
    const own = standing
      .filter(({ mine, content }) => mine && visibleTo(content.head.audience, audience))
      .sort((a, b) => compareText(a.content.head.id, b.content.head.id));
    const named = own.slice(-OWN_NAMED).filter((held) => held === own.at(-1) || !inBoth(held));
    const digests = named.map((held) => held.content.digest);
    const others = frontier(standing, audience).filter((digest) => !digests.includes(digest));
    return [...digests, ...others.slice(digests.length - Limit.afterMax)];
  }

  /** `chat` null: an opening event; empty: one that belongs to no chat. */
  make(
    chat: ChatId | null,
    kind: string,
    audience: Audience,
    after: readonly string[],
    payload: Record<string, unknown>,
  ): Content {
    const { site, author, random, ulids } = this.#parts;
    return makeContent(
      { site, chat, author, id: ulids.next(), kind, audience, after, payload },
      random,
    );
  }
}

function checkFields(fields: object): void {
  for (const value of Object.values(fields))
    if (typeof value === 'string' && value !== '') checkText(value);
}
