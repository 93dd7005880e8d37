// The one place where what this client holds changes: chats, outbox and store move together.
// An own event is in the outbox, and in the store as such, until it is safe or refused for good. Events of others are kept too, so
// that this browser is a replica and a reload shows the transcript while a deployment is dead.

import type { Acceptance } from './acceptance.ts';
import type { ChatId, ClientEvent, DeploymentName, Digest, Plants, Stats } from './api.ts';
import { type ChatSet, type Held, inBoth } from './chat_set.ts';
import type { Chats, Received } from './chats.ts';
import type { Content } from './content.ts';
import type { Keeper } from './keeper.ts';
import type { Outbox, OutboxItem } from './outbox.ts';
import {
  type EventRecord,
  eventKey,
  eventRecord,
  type LineRecord,
  lineKey,
  lineRecord,
} from './records.ts';
import { ulidTime } from './ulid.ts';

const CLOSED_KEPT_MS = 24 * 3_600_000;

export interface LedgerParts {
  readonly chats: Chats;
  readonly outbox: Outbox;
  readonly keeper: Keeper;
  readonly stats: Stats;
  readonly plants: Plants;
  emit(event: ClientEvent): void;
}

export class Ledger {
  readonly #parts: LedgerParts;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /** A new event of this client's. */
  add(content: Content): void {
    const { set, held } = this.#parts.chats.receive(content, []);
    this.#parts.outbox.add(held, set);
    this.#parts.stats.sends++;
    this.#keep(set, held);
  }

  /** The bodies of these events are erased: here, in the store and in the outbox, which has nothing to say of them any more. */
  erase(digests: readonly Digest[]): void {
    for (const digest of digests) {
      const found = this.#parts.chats.find(digest);
      if (found?.set.erase(found.held)) this.#erased(found.set, found.held);
    }
  }

  /** From the store, at start or written by another tab. Yields the outbox item when it is one. */
  restore(record: EventRecord): OutboxItem | null {
    const { set, held, changed } = this.#parts.chats.receive(record.content, record.acc);
    this.#meet(set, held, record.content);
    const news = changed || (record.safe && !held.safe);
    held.safe ||= record.safe;
    held.told = union(held.told, record.told);
    if (held.acc.length === 0) held.refused ??= record.refused;
    if (news) set.touch();
    const sayable = record.own && !settled(held) && held.content.bodyBytes !== null;
    const item = sayable ? this.#parts.outbox.add(held, set) : null;
    if (settled(held)) this.#parts.outbox.remove(record.content.digest);
    return item;
  }

  /** What a node, or the store, says about a chat in a console's list. */
  line(line: LineRecord, from: 'node' | 'store'): void {
    const { chats, keeper } = this.#parts;
    const wasGone = chats.isGone(line.chat);
    chats.tell(line.chat, line.state, line.operator, line.gone);
    // Kept, or a reload would show as waiting what others took and closed: nobody is told of their chats once they are closed.
    if (from === 'node' && (line.gone || wasGone))
      keeper.put(lineKey(line.chat), () => lineRecord(line));
  }

  /** A chat that is not to be held any more; own events of it that are still on their way keep it. False: it is kept. */
  drop(chat: ChatId): boolean {
    const { chats, outbox, keeper } = this.#parts;
    const held = chats.get(chat)?.all() ?? [];
    if (held.some((one) => outbox.get(one.content.digest) !== undefined)) return false;
    for (const one of held) keeper.remove(eventKey(chat, one.content.digest));
    keeper.remove(lineKey(chat));
    chats.forget(chat);
    return true;
  }

  /** An event that a node delivered. */
  receive(content: Content, acc: readonly Acceptance[], safe: boolean): Received {
    const received = this.#parts.chats.receive(content, acc);
    const { set, held } = received;
    this.#meet(set, held, content);
    if (safe && !held.safe) this.#settle(set, held);
    else if (received.changed) this.#changed(set, held);
    return received;
  }

  merge(digest: Digest, acc: readonly Acceptance[]): void {
    const found = this.#parts.chats.find(digest);
    if (found !== null && this.#parts.chats.merge(found.set, found.held, acc))
      this.#changed(found.set, found.held);
  }

  /** A deployment says that it holds this own event. */
  accepted(digest: Digest, by: DeploymentName, acc: readonly Acceptance[]): void {
    const found = this.#parts.chats.find(digest);
    if (found === null) return;
    const { set, held } = found;
    this.#parts.outbox.get(digest)?.unknown.delete(by);
    const told = union(held.told, [by]);
    const news = told.length > held.told.length;
    held.told = told;
    const merged = this.#parts.chats.merge(set, held, acc);
    if (merged || news) this.#changed(set, held);
    if (this.#parts.plants.outboxDroppedOnAccepted) this.#dropEarly(set, held);
  }

  safe(digest: Digest): void {
    const found = this.#parts.chats.find(digest);
    if (found !== null && !found.held.safe) this.#settle(found.set, found.held);
  }

  /** A deployment does not hold this event, whatever it or its acceptance said before. */
  unknownAt(digest: Digest, deployment: DeploymentName): void {
    const item = this.#parts.outbox.get(digest);
    if (item === undefined) return;
    item.unknown.add(deployment);
    if (!item.held.told.includes(deployment)) return;
    item.held.told = item.held.told.filter((one) => one !== deployment);
    this.#keep(item.set, item.held);
  }

  refuse(item: OutboxItem, code: number, why: string): void {
    item.held.refused = { code, why };
    item.set.touch();
    this.#parts.stats.refused++;
    this.#parts.outbox.remove(item.held.content.digest);
    this.#keep(item.set, item.held);
  }

  /** Chats that were closed long ago and owe nobody anything. */
  prune(wall: number): void {
    for (const set of this.#parts.chats.held()) {
      if (this.#parts.chats.isOpen(set) && !this.#parts.chats.isGone(set.chat)) continue;
      const held = set.all();
      const idle = held.every((one) => ulidTime(one.content.head.id) + CLOSED_KEPT_MS < wall);
      if (!idle) continue;
      this.drop(set.chat);
    }
  }

  // The same event comes without its body, or with one that is erased here: without it stays, whoever writes last.
  #meet(set: ChatSet, held: Held, content: Content): void {
    if (held.content.bodyBytes === content.bodyBytes) return;
    set.erase(held);
    this.#erased(set, held);
  }

  #erased(set: ChatSet, held: Held): void {
    this.#parts.outbox.remove(held.content.digest);
    this.#keep(set, held);
  }

  #changed(set: ChatSet, held: Held): void {
    if (held.mine && !held.safe && inBoth(held)) return this.#settle(set, held);
    set.touch();
    this.#keep(set, held);
  }

  #settle(set: ChatSet, held: Held): void {
    held.safe = true;
    held.refused = null;
    set.touch();
    this.#keep(set, held);
    const digest = held.content.digest;
    if (this.#parts.outbox.get(digest) === undefined) return;
    this.#parts.outbox.remove(digest);
    this.#parts.stats.safe++;
    this.#parts.emit({ type: 'safe', digest });
  }

  #keep(set: ChatSet, held: Held): void {
    const { content, mine } = held;
    // What belongs to no chat (a settings write) is kept only while it is on its way.
    if (set.chat === '' && settled(held))
      return this.#parts.keeper.remove(eventKey('', content.digest));
    this.#parts.keeper.put(eventKey(set.chat, content.digest), () =>
      eventRecord(set, held, mine && !settled(held) && this.#own(held)),
    );
  }

  #own(held: Held): boolean {
    return this.#parts.outbox.get(held.content.digest) !== undefined;
  }

  #dropEarly(set: ChatSet, held: Held): void {
    this.#parts.outbox.remove(held.content.digest);
    this.#parts.keeper.remove(eventKey(set.chat, held.content.digest));
  }
}

function settled(held: Held): boolean {
  return held.safe || held.refused !== null;
}

function union(
  held: readonly DeploymentName[],
  more: readonly DeploymentName[],
): readonly DeploymentName[] {
  return [...new Set([...held, ...more])];
}
