// What each frame of a node means to this client.

import type { Acceptance } from './acceptance.ts';
import type { ClientEvent, Role, Stats } from './api.ts';
import type { Asks } from './asks.ts';
import type { Chats } from './chats.ts';
import { parseContent, visibleTo } from './content.ts';
import type { Delivery } from './delivery.ts';
import type { Extension } from './extension.ts';
import type { Audience, NodeFrame, NodeFrameOf, PeerState, SignedVerdict } from './gen/protocol.ts';
import type { GiveBack } from './give_back.ts';
import type { Greeter } from './hello.ts';
import type { Ledger } from './ledger.ts';
import type { Link } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { PresenceBoard } from './presence.ts';
import type { SiteBoard } from './site_facts.ts';
import type { Typing } from './typing.ts';

export interface InboxParts {
  readonly role: Role;
  readonly site: string;
  readonly upTo: Audience;
  readonly stats: Stats;
  readonly chats: Chats;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly delivery: Delivery;
  readonly giveBack: GiveBack;
  readonly asks: Asks;
  readonly typing: Typing;
  readonly presence: PresenceBoard;
  readonly facts: SiteBoard;
  readonly greeter: Greeter;
  emit(event: ClientEvent): void;
  verdict(verdict: SignedVerdict): void;
  /** URLs of a deployment that this client was not told of at its start. */
  urls(of: Link, welcome: NodeFrameOf<'welcome'>): void;
  peer(from: Link, peer: PeerState): void;
  welcomed(link: Link): void;
  extension(): Extension | null;
}

export class Inbox {
  readonly #parts: InboxParts;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  take(link: Link, frame: NodeFrame): void {
    const { asks, giveBack, typing, presence } = this.#parts;
    this.#parts.facts.hear(frame);
    this.#parts.extension()?.hear(link, frame);
    switch (frame.t) {
      case 'welcome':
        return this.#welcome(link, frame);
      case 'accepted':
        return this.#accepted(link, frame.digest, [frame.acc]);
      case 'safe':
        return this.#parts.ledger.safe(frame.digest);
      case 'refused':
        return this.#refused(link, frame);
      case 'event':
        return this.#event(link, frame);
      case 'acc':
        giveBack.moved(link, frame.chat);
        return this.#news(link, frame.digest, () =>
          this.#parts.ledger.merge(frame.digest, frame.acc),
        );
      case 'want':
        return giveBack.give(link, frame.chat, frame.digests);
      case 'wait':
        return giveBack.wait(link, frame.chat);
      case 'chat':
        return this.#chat(link, frame);
      case 'decided':
        return asks.decided(link, frame);
      case 'pending':
        return asks.pending(frame);
      case 'signal':
        return frame.what === 'typing' ? typing.hear(frame.chat, frame.from, frame.on) : undefined;
      case 'presence':
        return presence.hear(link.deployment, frame.available, frame.operators);
      case 'erased':
        return this.#parts.ledger.erase(frame.digests);
      case 'verdict':
        return this.#parts.verdict(frame.verdict);
      case 'peer':
        return this.#parts.peer(link, frame);
      case 'beat':
        return this.#beat(link, frame);
      case 'error':
        return this.#bad(link, `the node says ${frame.code}: ${frame.why}`);
      case 'challenge':
        return this.#bad(link, 'a second challenge');
    }
  }

  #welcome(link: Link, frame: NodeFrameOf<'welcome'>): void {
    if (frame.verdict !== undefined) this.#parts.verdict(frame.verdict);
    this.#parts.urls(link, frame);
    this.#parts.presence.hear(link.deployment, frame.available, frame.operators);
    if (frame.peer !== undefined) this.#parts.peer(link, frame.peer);
    this.#outboxKnown(link, frame);
    this.#chatsKnown(link, frame);
    this.#parts.welcomed(link);
  }

  // Each listed outbox event is answered: held there, or unknown there.
  #outboxKnown(link: Link, frame: NodeFrameOf<'welcome'>): void {
    const known = new Set(frame.outbox.map((one) => one.digest));
    for (const one of frame.outbox) {
      this.#accepted(link, one.digest, one.acc);
      if (one.safe !== undefined) this.#parts.ledger.safe(one.digest);
    }
    for (const digest of this.#parts.greeter.listed(link).outbox)
      if (!known.has(digest)) this.#parts.ledger.unknownAt(digest, link.deployment);
  }

  #chatsKnown(link: Link, frame: NodeFrameOf<'welcome'>): void {
    const { chats, giveBack, greeter, ledger } = this.#parts;
    const known = new Set(frame.chats.map((one) => one.chat));
    for (const one of frame.chats) {
      // It was closed, or somebody else's, when this console last heard of it: the visitor wrote once more while nobody could tell us.
      if (chats.isGone(one.chat)) ledger.line({ ...one, operator: null, gone: false }, 'node');
      if (chats.get(one.chat) === undefined && one.state === 'closed') continue; // history: not needed here
      giveBack.compareNow(link, one.chat, one.digest);
    }
    for (const chat of greeter.listed(link).chats)
      if (!known.has(chat) && this.#accepts(chat)) giveBack.exchange(link, chat);
  }

  // Is there anything in this chat that a node could lack?
  #accepts(chat: string): boolean {
    return (
      this.#parts.chats
        .get(chat)
        ?.all()
        .some((held) => held.acc.length > 0) ?? false
    );
  }

  #accepted(link: Link, digest: string, acc: readonly Acceptance[]): void {
    const { outbox, ledger, giveBack } = this.#parts;
    const item = outbox.get(digest);
    const ms = link.answered(digest);
    if (ms !== null) this.#parts.delivery.answered(link, ms);
    this.#news(link, digest, () => ledger.accepted(digest, link.deployment, acc));
    if (item !== undefined) giveBack.moved(link, item.set.chat);
  }

  // Something about an event arrived over this link: perhaps the first word that an own one was accepted.
  #news<T>(link: Link, digest: string, learn: () => T): T {
    const item = this.#parts.outbox.get(digest);
    const waited = item?.held.acc.length === 0;
    const learnt = learn();
    if (item !== undefined && waited && item.held.acc.length > 0)
      this.#parts.delivery.accepted(item, link);
    return learnt;
  }

  #refused(link: Link, frame: NodeFrameOf<'refused'>): void {
    link.answered(frame.digest);
    const item = this.#parts.outbox.get(frame.digest);
    this.#parts.emit({
      type: 'refused',
      digest: frame.digest,
      by: link.deployment,
      code: frame.code,
      why: frame.why,
    });
    if (item !== undefined) this.#parts.delivery.refused(item, link, frame);
  }

  #event(link: Link, frame: NodeFrameOf<'event'>): void {
    const content = parseContent(frame.head, frame.body);
    if ('bad' in content) return this.#bad(link, `event: ${content.bad}`);
    const { head, digest } = content;
    if (head.chat !== frame.chat || head.site !== this.#parts.site)
      return this.#bad(link, 'event of another chat or site');
    if (!visibleTo(head.audience, this.#parts.upTo) || frame.acc.length === 0)
      return this.#bad(link, 'event that is not ours to see');
    this.#parts.giveBack.moved(link, head.chat);
    const { held, fresh } = this.#news(link, digest, () =>
      this.#parts.ledger.receive(content, frame.acc, frame.safe === true),
    );
    if (!fresh) this.#parts.stats.repeats++;
    else if (!held.mine) {
      this.#parts.stats.received++;
      const { id, author, kind, chat } = head;
      this.#parts.emit({ type: 'seen', chat, digest, id, author, kind, by: link.deployment });
    }
  }

  #chat(link: Link, frame: NodeFrameOf<'chat'>): void {
    const { chats, giveBack, ledger } = this.#parts;
    const held = (chats.get(frame.chat)?.size ?? 0) > 0;
    const wanted = this.#parts.extension()?.wants(frame.chat) ?? false;
    const { chat, state, operator = null } = frame;
    // The other deployment does not know that this one shows it.
    const gone = frame.gone === true && !wanted;
    ledger.line({ chat, state, operator, gone }, 'node');
    if (gone || (!held && frame.state === 'closed' && !wanted)) return;
    if (held) giveBack.compare(link, frame.chat, frame.digest);
    else giveBack.exchange(link, frame.chat);
  }

  #beat(link: Link, frame: NodeFrameOf<'beat'>): void {
    link.send({ t: 'beat' });
    for (const { chat, digest } of frame.chats) this.#parts.giveBack.compare(link, chat, digest);
  }

  #bad(link: Link, why: string): void {
    this.#parts.stats.badFrames++;
    this.#parts.emit({ type: 'badFrame', from: link.deployment, why });
  }
}
