// Searches that were not answered yet. Reading changes nothing, so a search is simply asked again: over the carrier first, over the other
// link when that stays silent, and over whichever is up when the connection that carried it is gone.

import { Alarm } from '../alarm.ts';
import { type Asked, AskRefused, type FoundPage, type FoundView } from '../api.ts';
import type { Insides } from '../extension.ts';
import {
  type ClientFind,
  Code,
  type FoundChat,
  type NodeError,
  type NodeFound,
} from '../gen/protocol.ts';
import type { Link } from '../link.ts';

const SILENCE_MS = 2_500; // a search reads a journal: slower than an ask
const RETRY_MS = 500;
const PAGE = 20;
const REFUSALS: ReadonlySet<number> = new Set([Code.not_allowed, Code.bad_text]);

interface OpenSearch {
  readonly frame: ClientFind;
  readonly done: (page: FoundPage) => void;
  readonly failed: (error: Error) => void;
  link: Link | null;
  connection: number;
  due: number;
}

export class Searches {
  readonly #insides: Insides;
  readonly #alarm: Alarm;
  readonly #open = new Map<string, OpenSearch>();

  constructor(insides: Insides) {
    this.#insides = insides;
    this.#alarm = new Alarm(insides.clock, insides.turn, () => {}); // the end of the turn pumps
  }

  find(text: string, before: string | undefined): Asked<FoundPage> {
    const rid = this.#insides.ulids.next();
    const frame: ClientFind = {
      t: 'find',
      rid,
      text,
      ...(before !== undefined && { before }),
      limit: PAGE,
    };
    const answer = new Promise<FoundPage>((done, failed) => {
      this.#open.set(rid, { frame, done, failed, link: null, connection: 0, due: 0 });
    });
    answer.catch(() => {}); // a caller that does not look is no crash
    return { answer, cancel: () => void this.#open.delete(rid) };
  }

  pump(): void {
    const now = this.#insides.clock.mono();
    let next = Number.POSITIVE_INFINITY;
    for (const search of this.#open.values()) {
      const cutOff = search.link !== null && search.link.connection !== search.connection;
      if (search.due <= now || cutOff) this.#send(search, now);
      next = Math.min(next, search.due);
    }
    this.#alarm.at(next);
  }

  #send(search: OpenSearch, now: number): void {
    const { links } = this.#insides;
    const before = search.link;
    const carrier = links.carrier();
    const other = before === null ? null : links.other(before);
    const link = other?.up ? other : carrier;
    search.link = link;
    search.due = now + (link === null ? RETRY_MS : SILENCE_MS);
    if (link === null) return;
    link.send(search.frame);
    search.connection = link.connection;
  }

  found({ rid, chats, next }: NodeFound): void {
    const search = this.#open.get(rid);
    this.#open.delete(rid);
    search?.done({ chats: chats.map(viewOf), next: next ?? null });
  }

  /** An error names no search: what it says of the text or the role holds for all that this link was asked. */
  refused(link: Link, { code, why }: NodeError): void {
    if (why.startsWith('look:') || !REFUSALS.has(code)) return;
    for (const [rid, search] of this.#open) {
      if (search.link !== link) continue;
      this.#open.delete(rid);
      search.failed(new AskRefused(code, why));
    }
  }

  close(): void {
    this.#alarm.clear();
    for (const search of this.#open.values())
      search.failed(new AskRefused(Code.going_away, 'the client was closed'));
    this.#open.clear();
  }
}

function viewOf(found: FoundChat): FoundView {
  const { chat, state, operator = null, visitor, name = '', at, author, excerpt } = found;
  return { chat, state, operator, visitor, name, at, author, excerpt };
}
