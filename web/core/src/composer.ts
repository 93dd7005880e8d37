// Makes this client's events: a chat's opening, messages, notes. What they come after is what is on the screen.
import { type ChatId, type OpenFields, type Random, TextRefused } from './api.ts';
import type { Chats } from './chats.ts';
import { type Content, checkText, makeContent } from './content.ts';
import { frontier } from './fold.ts';
import type { Audience } from './gen/protocol.ts';
import type { Ulids } from './ulid.ts';

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
    for (const value of Object.values(fields))
      if (typeof value === 'string' && value !== '') checkText(value);
    return this.#make(null, 'open', 'chat', [], { ...fields });
  }

  message(chat: ChatId, text: string): Content {
    return this.#said(chat, 'message', 'chat', text);
  }

  note(chat: ChatId, text: string): Content {
    return this.#said(chat, 'note', 'operators', text);
  }

  #said(chat: ChatId, kind: 'message' | 'note', audience: Audience, text: string): Content {
    checkText(text);
    const set = this.#parts.chats.get(chat);
    if (set === undefined) throw new TextRefused('there is no such chat here');
    return this.#make(chat, kind, audience, frontier(set.standing(), audience), { text });
  }

  #make(
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
