// Compares what this client holds of its chats with what the deployments say they hold, and mends the difference both ways.
//
// A digest in `welcome` or `beat` that differs from ours is either an event under way or a hole. Under way it is
// when the link tells something about the chat within a second; then the next beat is looked at. On (re)connect there is nothing under
// way, so lists are exchanged at once. After `have` the node sends what we lack and asks one holder (`want`) for what it lacks.

import { Alarm } from './alarm.ts';
import type { ChatId, ClientEvent, Clock, DeploymentName, Digest, Stats } from './api.ts';
import { compareText, utf8Length } from './bytes.ts';
import type { ChatSet, Held } from './chat_set.ts';
import { visibleTo } from './content.ts';
import { type Audience, type GivenEvent, type HeldItem, Limit } from './gen/protocol.ts';
import type { Link } from './link.ts';
import type { Turn } from './turn.ts';

const LASTING_MS = Limit.giveBackAfterMs;
const EXCHANGE_EVERY_MS = 2_000;
const BUSY_MAX = 2; // differing beats in a busy chat before lists are exchanged all the same
const FRAME_BYTES = Limit.frameBytesClientMax - 256;

/** What is going on about one chat on one link. */
interface Doubt {
  readonly link: Link;
  readonly chat: ChatId;
  connection: number;
  /** Their digest, while it differs. */
  theirs: string | null;
  due: number;
  moved: boolean;
  busy: number;
  exchangedAt: number;
}

export interface GiveBackParts {
  readonly clock: Clock;
  readonly turn: Turn;
  readonly stats: Stats;
  readonly upTo: Audience;
  chat(id: ChatId): ChatSet | undefined;
  emit(event: ClientEvent): void;
}

export class GiveBack {
  readonly #parts: GiveBackParts;
  readonly #alarm: Alarm;
  readonly #doubts: Record<DeploymentName, Map<ChatId, Doubt>> = {
    primary: new Map(),
    redundant: new Map(),
  };

  constructor(parts: GiveBackParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, parts.turn, () => this.#ring());
  }

  /** They told their digest; nothing is under way. */
  compareNow(link: Link, chat: ChatId, theirs: string): void {
    const doubt = this.#doubt(link, chat);
    if (theirs === this.#ours(chat)) this.#settle(doubt);
    else this.exchange(link, chat);
  }

  /** They told their digest; a difference counts when it lasts. */
  compare(link: Link, chat: ChatId, theirs: string): void {
    const doubt = this.#doubt(link, chat);
    if (theirs === this.#ours(chat)) return this.#settle(doubt);
    doubt.theirs = theirs;
    doubt.moved = false;
    doubt.due = this.#now() + LASTING_MS;
    this.#arm();
  }

  /** The link told something about the chat: their digest is no longer what it was. */
  moved(link: Link, chat: ChatId): void {
    const doubt = this.#doubts[link.deployment].get(chat);
    if (doubt !== undefined) doubt.moved = true;
  }

  /** `wait`: somebody else brings it. Looked at again when that lapses. */
  wait(link: Link, chat: ChatId): void {
    this.#doubt(link, chat).exchangedAt = this.#now();
  }

  /** Tells them what we hold; they send what we lack and ask for what they lack. */
  exchange(link: Link, chat: ChatId): void {
    const doubt = this.#doubt(link, chat);
    const now = this.#now();
    this.#settle(doubt);
    if (now < doubt.exchangedAt + EXCHANGE_EVERY_MS) return;
    doubt.exchangedAt = now;
    for (const [items, more] of pages(this.#visible(chat)))
      if (!link.send({ t: 'have', chat, items, more })) return;
  }

  /** Answers `want`. The opening event comes first, also unasked: it may have been asked of a holder who never answered, and without it a
   * node takes nothing of a chat that it does not know. */
  give(link: Link, chat: ChatId, digests: readonly Digest[]): void {
    const set = this.#parts.chat(chat);
    if (set === undefined) return;
    const wanted = new Set(digests);
    const held = this.#visible(chat).filter(
      (one) => wanted.has(one.content.digest) || rankForGiving(one) === 0,
    );
    held.sort(
      (a, b) =>
        rankForGiving(a) - rankForGiving(b) || compareText(a.content.head.id, b.content.head.id),
    );
    for (const events of frames(held)) if (!link.send({ t: 'give', chat, events })) return;
    if (held.length === 0) return;
    this.#parts.stats.givenBack += held.length;
    this.#parts.emit({
      type: 'giveBack',
      chat,
      to: link.deployment,
      digests: held.map((one) => one.content.digest),
    });
  }

  close(): void {
    this.#alarm.clear();
  }

  #ring(): void {
    const now = this.#now();
    for (const doubts of Object.values(this.#doubts))
      for (const doubt of doubts.values()) if (doubt.due <= now) this.#lapsed(doubt);
    this.#arm();
  }

  #lapsed(doubt: Doubt): void {
    const { link, chat, theirs, moved } = doubt;
    doubt.due = Number.POSITIVE_INFINITY;
    if (theirs === null || doubt.connection !== link.connection) return;
    if (theirs === this.#ours(chat)) return this.#settle(doubt);
    if (moved && ++doubt.busy < BUSY_MAX) return;
    this.exchange(link, chat);
  }

  #settle(doubt: Doubt): void {
    doubt.theirs = null;
    doubt.due = Number.POSITIVE_INFINITY;
    doubt.busy = 0;
  }

  #doubt(link: Link, chat: ChatId): Doubt {
    const doubts = this.#doubts[link.deployment];
    const known = doubts.get(chat);
    if (known?.connection === link.connection) return known;
    const doubt: Doubt = {
      link,
      chat,
      connection: link.connection,
      theirs: null,
      due: Number.POSITIVE_INFINITY,
      moved: false,
      busy: 0,
      exchangedAt: Number.NEGATIVE_INFINITY,
    };
    doubts.set(chat, doubt);
    return doubt;
  }

  #visible(chat: ChatId): Held[] {
    const all = this.#parts.chat(chat)?.all() ?? [];
    return all.filter(
      (held) => held.acc.length > 0 && visibleTo(held.content.head.audience, this.#parts.upTo),
    );
  }

  #ours(chat: ChatId): string | null {
    return this.#parts.chat(chat)?.digest() ?? null;
  }

  #arm(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const doubts of Object.values(this.#doubts))
      for (const doubt of doubts.values()) next = Math.min(next, doubt.due);
    this.#alarm.at(next);
  }

  #now(): number {
    return this.#parts.clock.mono();
  }
}

function rankForGiving(held: Held): number {
  return held.content.head.kind === 'open' ? 0 : 1;
}

// Pages of a `have`: by count and by bytes. At least one, however little there is.
function* pages(held: readonly Held[]): Generator<[HeldItem[], boolean]> {
  let page: HeldItem[] = [];
  let bytes = 0;
  for (const one of held) {
    const item: HeldItem = [one.content.digest, ...one.acc.map((acc) => acc.m)];
    const size = item.length * 46 + 2;
    if (page.length === Limit.itemsMax || bytes + size > FRAME_BYTES) {
      yield [page, true];
      page = [];
      bytes = 0;
    }
    page.push(item);
    bytes += size;
  }
  yield [page, false];
}

function* frames(held: readonly Held[]): Generator<GivenEvent[]> {
  let events: GivenEvent[] = [];
  let bytes = 0;
  for (const one of held) {
    const event: GivenEvent = {
      head: one.content.headBytes,
      body: one.content.bodyBytes,
      acc: one.acc,
    };
    const size = utf8Length(JSON.stringify(event)) + 1;
    if (events.length > 0 && (events.length === Limit.itemsMax || bytes + size > FRAME_BYTES)) {
      yield events;
      events = [];
      bytes = 0;
    }
    events.push(event);
    bytes += size;
  }
  if (events.length > 0) yield events;
}
