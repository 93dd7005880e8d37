// Brings the outbox out. Looks at the whole outbox after each turn and sends what is due; idempotent, so it may run at any time.
//
// An unaccepted event is sent to the carrier; when its answer is late, also to the other link:
//   - as a hedge, after the hedge delay, within the budget while acks flow;
//   - at once and without a budget when the first link is known to be dead, suspect, or has answered nothing for a whole hedge delay
//     (then every new event goes over both from the start);
//   - as a reroute when the connection that carried the first copy is gone.
// An accepted event that does not become safe is carried to the other deployment with its acceptance: the browser is a bridge when the
// deployments cannot reach each other.
//
// Events of one chat leave in their order on every link: a later one never overtakes an earlier one that this link still lacks.

import { acceptedBy } from './acceptance.ts';
import { Alarm } from './alarm.ts';
import type { ClientEvent, Clock, DeploymentName, Random, Role, Stats } from './api.ts';
import { jitter } from './backoff.ts';
import { Code, clientAction, type NodeFrameOf } from './gen/protocol.ts';
import { HedgeBudget, HedgeDelay } from './hedge.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Flight, Outbox, OutboxItem } from './outbox.ts';
import { Pace } from './pace.ts';
import type { Turn } from './turn.ts';

// Unanswered sends on a link. When all of a visitor's are refused for their rate that is not yet a flood; an operator may do ten times as much.
const WINDOW = { visitor: 12, operator: 64 } as const;
const BRIDGE_AFTER_MS = 2_000; // the peer link is faster when it is up, and is back soon when it was not
const REPEAT_MS = 5_000; // an answer was lost although others come
const RETRY_MS = 1_000;
const RESYNC_MS = 500;
const LATE_ACK_MS = 1_000;

export interface DeliveryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly turn: Turn;
  readonly links: Links;
  readonly outbox: Outbox;
  readonly stats: Stats;
  readonly role: Role;
  readonly hedge: boolean;
  readonly unlimited: boolean;
  emit(event: ClientEvent): void;
  /** The deployment behind this link does not know the chat: exchange lists. */
  exchange(link: Link, chat: string): void;
  /** Refused for good. */
  refuse(item: OutboxItem, code: number, why: string): void;
  /** A late ack or a hedge that won, seen of this deployment. */
  report(of: Link, what: 'hedges_won' | 'late_acks'): void;
}

type Sent = Flight['as'];

export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #alarm: Alarm;
  readonly #delay = new HedgeDelay();
  readonly #budget: HedgeBudget;
  readonly #paces: Readonly<Record<DeploymentName, Pace>> = {
    primary: new Pace(),
    redundant: new Pace(),
  };
  #next = Number.POSITIVE_INFINITY;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#budget = new HedgeBudget(parts.unlimited);
    this.#alarm = new Alarm(parts.clock, parts.turn, () => {}); // the end of the turn pumps
  }

  pump(): void {
    this.#next = Number.POSITIVE_INFINITY;
    // What a link may take of a chat ends at the first event that it could not be given.
    const blocked = new Map<Link, Set<string>>(
      this.#parts.links.both().map((link) => [link, new Set<string>()]),
    );
    for (const item of this.#parts.outbox.items()) {
      if (item.held.acc.length > 0) this.#bridge(item);
      else this.#advance(item, blocked);
    }
    this.#alarm.at(this.#next);
  }

  close(): void {
    this.#alarm.clear();
  }

  // ---- sending ----

  #advance(item: OutboxItem, blocked: ReadonlyMap<Link, Set<string>>): void {
    const carrier = this.#parts.links.carrier();
    if (carrier === null) return;
    const other = this.#parts.links.other(carrier);
    const chat = item.set.chat;
    if (
      !this.#underWay(item, carrier) &&
      !this.#offer(item, carrier, this.#firstSendAs(item), blocked)
    )
      blocked.get(carrier)?.add(chat);
    if (!this.#underWay(item, other) && !this.#second(item, carrier, other, blocked))
      blocked.get(other)?.add(chat);
  }

  #firstSendAs(item: OutboxItem): Sent {
    return item.first === null ? 'first' : 'reroute';
  }

  // A second copy, when it is time for one. False: `other` did not get it.
  #second(
    item: OutboxItem,
    carrier: Link,
    other: Link,
    blocked: ReadonlyMap<Link, Set<string>>,
  ): boolean {
    if (!other.usable) return false;
    const flight = this.#flight(item, carrier);
    if (flight === null) {
      // It could not be given to the carrier: told to wait there, or too much waits there that nobody answers.
      const open = this.#held(item, carrier) || (this.#parts.hedge && this.#mute(carrier));
      return open && this.#offer(item, other, this.#firstSendAs(item), blocked);
    }
    return this.#parts.hedge && this.#hedge(item, flight, carrier, other, blocked);
  }

  #hedge(
    item: OutboxItem,
    flight: Flight,
    carrier: Link,
    other: Link,
    blocked: ReadonlyMap<Link, Set<string>>,
  ): boolean {
    const now = this.#now();
    const mute = this.#mute(carrier);
    const due = (item.hedgeDeniedAt ?? flight.at) + this.#delay.ms;
    if (!mute && now < due) return this.#later(due);
    if (this.#blockedOn(item, other, blocked)) return false;
    if (!mute && !this.#budget.take()) {
      item.hedgeDeniedAt = now;
      this.#parts.stats.hedgesDenied++;
      return this.#later(now + this.#delay.ms);
    }
    return this.#offer(item, other, 'hedge', blocked);
  }

  // Nothing at all was answered for one hedge delay, though something waits.
  #mute(link: Link): boolean {
    const oldest = link.oldestPending();
    const muteAt = Math.max(oldest, link.answeredAt) + this.#delay.ms;
    if (oldest === Number.POSITIVE_INFINITY) return false;
    if (this.#now() >= muteAt) return true;
    this.#later(muteAt);
    return false;
  }

  #blockedOn(item: OutboxItem, link: Link, blocked: ReadonlyMap<Link, Set<string>>): boolean {
    return blocked.get(link)?.has(item.set.chat) ?? false;
  }

  #held(item: OutboxItem, link: Link): boolean {
    return (item.holds.get(link.deployment) ?? 0) > this.#now();
  }

  #offer(item: OutboxItem, link: Link, as: Sent, blocked: ReadonlyMap<Link, Set<string>>): boolean {
    if (!link.up || this.#blockedOn(item, link, blocked)) return false;
    const hold = item.holds.get(link.deployment) ?? 0;
    if (hold > this.#now()) return this.#later(hold);
    return this.#mayFeed(link) && this.#send(item, link, as);
  }

  #mayFeed(link: Link): boolean {
    if (link.pendingCount >= WINDOW[this.#parts.role]) return false; // an answer makes room, and pumps
    const { nextAt } = this.#paces[link.deployment];
    return nextAt <= this.#now() || this.#later(nextAt);
  }

  #send(item: OutboxItem, link: Link, as: Sent): boolean {
    const { content, acc } = item.held;
    if (content.bodyBytes === null) return false; // erased meanwhile: there is nothing to say
    const frame = {
      t: 'send',
      head: content.headBytes,
      body: content.bodyBytes,
      ...(as === 'hedge' && { hedge: true }),
      ...(acc.length > 0 && { acc }),
    } as const;
    if (!link.send(frame)) return false;
    const now = this.#now();
    item.flights.set(link.deployment, { connection: link.connection, at: now, as });
    item.first ??= { to: link.deployment, at: now };
    link.expect(content.digest);
    this.#paces[link.deployment].sent(now);
    this.#count(as);
    this.#later(now + REPEAT_MS);
    this.#parts.emit({ type: 'sent', digest: content.digest, to: link.deployment, as });
    return true;
  }

  #count(as: Sent): void {
    const { stats } = this.#parts;
    if (as === 'first') this.#budget.sent();
    else if (as === 'hedge') stats.hedges++;
    else if (as === 'reroute') stats.reroutes++;
    else stats.bridged++;
  }

  // The copy on this link that may still be answered.
  #flight(item: OutboxItem, link: Link): Flight | null {
    const flight = item.flights.get(link.deployment);
    if (flight === undefined || !link.up || flight.connection !== link.connection) return null;
    return this.#now() < flight.at + REPEAT_MS ? flight : null;
  }

  #underWay(item: OutboxItem, link: Link): boolean {
    const flight = this.#flight(item, link);
    if (flight !== null) this.#later(flight.at + REPEAT_MS);
    return flight !== null;
  }

  // ---- bridging ----

  #bridge(item: OutboxItem): void {
    const now = this.#now();
    item.acceptedAt ??= now;
    for (const link of this.#parts.links.both()) {
      if (!link.usable || isHeldAt(item, link.deployment)) continue;
      const flight = item.flights.get(link.deployment);
      if (flight?.connection === link.connection) continue; // once a connection; digests find what is still missing
      const due = Math.max(item.acceptedAt, link.upSince) + BRIDGE_AFTER_MS;
      const hold = item.holds.get(link.deployment) ?? 0;
      if (now < Math.max(due, hold)) this.#later(Math.max(due, hold));
      else if (this.#mayFeed(link)) this.#send(item, link, 'bridge');
    }
  }

  // ---- answers ----

  /** This link answered a copy after so long. */
  answered(link: Link, ms: number): void {
    this.#delay.acked(ms);
    this.#paces[link.deployment].accepted();
    if (ms < LATE_ACK_MS) return;
    this.#parts.stats.lateAcks++;
    this.#parts.report(link, 'late_acks');
  }

  /** The first word that somebody took it came over this link. */
  accepted(item: OutboxItem, link: Link): void {
    const now = this.#now();
    const { first } = item;
    item.acceptedAt = now;
    this.#parts.stats.accepted++;
    const ms = first === null ? 0 : now - first.at;
    this.#parts.emit({
      type: 'accepted',
      digest: item.held.content.digest,
      by: link.deployment,
      ms,
    });
    if (first !== null && first.to !== link.deployment && item.flights.has(link.deployment))
      this.#won(item, link);
  }

  #won(item: OutboxItem, link: Link): void {
    this.#parts.stats.hedgesWon++;
    this.#parts.report(this.#parts.links.other(link), 'hedges_won');
    this.#parts.emit({ type: 'hedgeWon', digest: item.held.content.digest, by: link.deployment });
  }

  refused(item: OutboxItem, link: Link, frame: NodeFrameOf<'refused'>): void {
    const sentAt = item.flights.get(link.deployment)?.at ?? this.#now();
    item.flights.delete(link.deployment);
    if (frame.code === Code.rate_limited)
      return this.#paces[link.deployment].limited(this.#now(), frame.retry_ms ?? 0, sentAt);
    const action = clientAction(frame.code);
    if (action === 'give_up') {
      // The other deployment may have taken it, or still be about to; then this one hears of it from there.
      item.holds.set(link.deployment, Number.POSITIVE_INFINITY);
      if (item.held.acc.length === 0 && !this.#underWay(item, this.#parts.links.other(link)))
        this.#parts.refuse(item, frame.code, frame.why);
      return;
    }
    const base = action === 'resync' ? RESYNC_MS : Math.max(RETRY_MS, frame.retry_ms ?? 0);
    item.holds.set(
      link.deployment,
      this.#now() + (frame.retry_ms ?? 0) + jitter(this.#parts.random, base),
    );
    if (frame.code === Code.unknown_chat) this.#parts.exchange(link, item.set.chat);
  }

  // False, so that callers can say: not now, look again at `due`.
  #later(due: number): false {
    if (due > this.#now()) this.#next = Math.min(this.#next, due);
    return false;
  }

  #now(): number {
    return this.#parts.clock.mono();
  }
}

// As far as its author was told.
function isHeldAt({ held, unknown }: OutboxItem, deployment: DeploymentName): boolean {
  if (unknown.has(deployment)) return false;
  return held.told.includes(deployment) || acceptedBy(held.acc, deployment);
}
