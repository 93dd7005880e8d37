// A client put together: one person on one site. This file only joins the rooms; each rule lives in its own.
import type {
  ChatId,
  Client,
  ClientEvent,
  ClientOptions,
  ConnectionView,
  ContactFields,
  Credentials,
  DeploymentName,
  OpenFields,
  PresenceView,
  SendOptions,
  Stats,
  StoredRecord,
  Unsubscribe,
  Watched,
} from './api.ts';
import { Asks } from './asks.ts';
import { Chats } from './chats.ts';
import { Composer } from './composer.ts';
import type { Content } from './content.ts';
import { Delivery } from './delivery.ts';
import type { Extending, Extension } from './extension.ts';
import { frontier } from './fold.ts';
import type { AskWhat, Audience, PeerState, SignedVerdict } from './gen/protocol.ts';
import { GiveBack } from './give_back.ts';
import { Greeter } from './hello.ts';
import { authorOf } from './identity.ts';
import { Inbox } from './inbox.ts';
import { Keeper } from './keeper.ts';
import { Ledger } from './ledger.ts';
import { Link, type LinkHooks } from './link.ts';
import { type LinkNeed, Links } from './links.ts';
import { ModeratorWatch } from './moderator_watch.ts';
import { Outbox } from './outbox.ts';
import { PresenceBoard } from './presence.ts';
import { readRecord, verdictRecord } from './records.ts';
import { Reports } from './reports.ts';
import { SiteBoard } from './site_facts.ts';
import { Turn } from './turn.ts';
import { Typing } from './typing.ts';
import { Ulids } from './ulid.ts';
import { Verdicts } from './verdicts.ts';
import { Computed, Listeners } from './watched.ts';

const ADOPT_AFTER_MS = 2_000; // the tab that wrote an event sends it; another one takes over when it does not

export function createClient(options: ClientOptions): Client {
  return new HoldfastClient(options, null);
}

/** With what only some pages need. */
export function createExtendedClient(options: ClientOptions, extending: Extending): Client {
  return new HoldfastClient(options, extending);
}

function noStats(): Stats {
  return {
    sends: 0,
    accepted: 0,
    safe: 0,
    refused: 0,
    hedges: 0,
    hedgesWon: 0,
    hedgesDenied: 0,
    reroutes: 0,
    bridged: 0,
    givenBack: 0,
    received: 0,
    repeats: 0,
    lateAcks: 0,
    connects: 0,
    failedConnects: 0,
    deadLinks: 0,
    badFrames: 0,
  };
}

class HoldfastClient implements Client {
  readonly author: string;
  readonly stats = noStats();
  readonly chats: Chats['views'];
  readonly elsewhere: Chats['elsewhere'];
  readonly connection: Computed<ConnectionView>;
  readonly presence: Watched<PresenceView>;
  readonly site: SiteBoard['site'];
  readonly people: SiteBoard['people'];
  readonly #options: ClientOptions;
  readonly #turn: Turn;
  readonly #events = new Listeners<[ClientEvent]>();
  readonly #upTo: Audience;
  readonly #verdicts: Verdicts;
  readonly #links: Links;
  readonly #sets: Chats;
  readonly #outbox = new Outbox();
  readonly #keeper: Keeper;
  readonly #ledger: Ledger;
  readonly #delivery: Delivery;
  readonly #giveBack: GiveBack;
  readonly #asks: Asks;
  readonly #typing: Typing;
  readonly #board: PresenceBoard;
  readonly #presence: Computed<PresenceView>;
  readonly #reports: Reports;
  readonly #moderators: ModeratorWatch;
  readonly #composer: Composer;
  readonly #inbox: Inbox;
  readonly #greeter: Greeter;
  readonly #facts = new SiteBoard();
  readonly #extension: Extension | null;
  readonly #undo: Unsubscribe[] = [];
  #credentials: Credentials;
  #state: 'new' | 'loading' | 'running' | 'closed' = 'new';
  #status: 'online' | 'away' = 'online';
  #trouble: ConnectionView['trouble'] = null;
  #peers = new Map<DeploymentName, PeerState>();
  #carrier: DeploymentName | null = null;
  #since: number;

  constructor(options: ClientOptions, extending: Extending | null) {
    const { seams, role, site } = options;
    const { clock, random } = seams;
    const plants = options.plants ?? {};
    const emit = (event: ClientEvent) => this.#events.tell(event);
    this.#options = options;
    this.#credentials = options.credentials;
    this.author = authorOf(site, options.credentials);
    this.#since = clock.wall();
    this.#upTo = role === 'operator' ? 'operators' : 'chat';
    this.#turn = new Turn(() => this.#endTurn());
    const turn = this.#turn;
    const ulids = new Ulids(clock, random);

    this.#verdicts = new Verdicts(
      options.moderatorKeys ?? {},
      seams.verify,
      plants.olderVerdictWins,
    );
    this.#links = this.#makeLinks(extending);
    const links = this.#links;
    this.#typing = new Typing({ clock, turn, links, changed: (chat) => this.#sets.touch(chat) });
    this.#sets = new Chats({
      author: this.author,
      upTo: this.#upTo,
      plants,
      typing: (chat) => this.#typing.who(chat),
    });
    this.#keeper = new Keeper(seams.store, () => this.#turn.run(() => {}));
    this.#ledger = new Ledger({
      chats: this.#sets,
      outbox: this.#outbox,
      keeper: this.#keeper,
      stats: this.stats,
      plants,
      emit,
    });
    this.#giveBack = new GiveBack({
      clock,
      turn,
      stats: this.stats,
      upTo: this.#upTo,
      chat: (id) => this.#sets.get(id),
      emit,
    });
    this.#reports = new Reports({ clock, turn, links });
    const exchange = (link: Link, chat: ChatId) => this.#giveBack.exchange(link, chat);
    this.#delivery = new Delivery({
      clock,
      random,
      turn,
      links,
      outbox: this.#outbox,
      stats: this.stats,
      role,
      hedge: options.hedge ?? true,
      unlimited: plants.hedgeUnlimited ?? false,
      emit,
      exchange,
      refuse: (item, code, why) => this.#ledger.refuse(item, code, why),
      report: (of, what) => this.#reports.saw(of.deployment, what),
    });
    this.#asks = new Asks({ clock, random, turn, links, ulids, exchange });
    this.#board = new PresenceBoard(links);
    this.#composer = new Composer({ site, author: this.author, random, ulids, chats: this.#sets });
    this.#moderators = new ModeratorWatch({
      clock,
      random,
      turn,
      http: seams.http,
      urls: options.moderators ?? [],
      needed: () => this.#state === 'running' && !links.active().usable,
      hear: (verdict) => this.#hearVerdict(verdict),
    });
    this.#greeter = new Greeter({
      options,
      chats: this.#sets,
      outbox: this.#outbox,
      links: () => links,
      credentials: () => this.#credentials,
    });
    this.#extension =
      extending?.extend({
        author: this.author,
        clock,
        turn,
        ulids,
        links,
        chats: this.#sets,
        composer: this.#composer,
        ledger: this.#ledger,
        asks: this.#asks,
        greeter: this.#greeter,
        exchange,
        say: (content) => this.#say(content),
      }) ?? null;
    this.#inbox = this.#makeInbox(emit);
    this.chats = this.#sets.views;
    this.elsewhere = this.#sets.elsewhere;
    this.connection = new Computed((before) => this.#connectionView(before));
    this.#presence = new Computed((before) => this.#presenceView(before));
    this.presence = this.#presence;
    this.site = this.#facts.site;
    this.people = this.#facts.people;
  }

  #makeLinks(extending: Extending | null): Links {
    const { clock, random, transport } = this.#options.seams;
    const hooks: LinkHooks = {
      hello: (challenge, url, link) => this.#greeter.hello(challenge, url, link),
      frame: (link, frame) => this.#inbox.take(link, frame),
      health: (link, health, why) => {
        if (health !== 'up' && health !== 'suspect') this.#board.lost(link.deployment);
        this.#events.tell({ type: 'link', deployment: link.deployment, health, why });
      },
      fell: (link, steady) => this.#links.fell(link, steady),
      trouble: (_link, code, why) => {
        this.#trouble = { code, why };
      },
      badFrame: (link, why) => {
        this.stats.badFrames++;
        this.#events.tell({ type: 'badFrame', from: link.deployment, why });
      },
      count: (link, what) => {
        this.stats[what]++;
        if (what === 'failedConnects') this.#reports.saw(link.deployment, 'failed_connects');
      },
    };
    const shapes = extending?.shapes ?? {};
    const parts = { clock, random, transport, turn: this.#turn, hooks, shapes };
    const { primary, redundant } = this.#options.deployments;
    return new Links(
      new Link('primary', primary, parts),
      new Link('redundant', redundant, parts),
      this.#verdicts,
    );
  }

  #makeInbox(emit: (event: ClientEvent) => void): Inbox {
    return new Inbox({
      role: this.#options.role,
      site: this.#options.site,
      upTo: this.#upTo,
      stats: this.stats,
      chats: this.#sets,
      outbox: this.#outbox,
      ledger: this.#ledger,
      delivery: this.#delivery,
      giveBack: this.#giveBack,
      asks: this.#asks,
      typing: this.#typing,
      presence: this.#board,
      facts: this.#facts,
      extension: () => this.#extension,
      greeter: this.#greeter,
      emit,
      verdict: (verdict) => this.#hearVerdict(verdict),
      urls: (of, welcome) => {
        const other = this.#links.other(of);
        if (!other.hasUrls && welcome.peers.length > 0) other.setUrls(welcome.peers);
      },
      peer: (from, peer) =>
        void this.#peers.set(from.deployment, { up: peer.up, behind: peer.behind }),
      welcomed: (link) => {
        this.#trouble = null;
        if (this.#options.role === 'operator') link.send({ t: 'status', state: this.#status });
      },
    });
  }

  // ---- life ----

  async start(): Promise<void> {
    if (this.#state !== 'new') return;
    this.#state = 'loading';
    const { store, page, tabs } = this.#options.seams;
    const wake = () => this.#turn.run(() => this.#wake());
    this.#undo.push(
      page.watch(wake),
      tabs.watch(wake),
      store.watch((puts) => this.#turn.run(() => this.#adopt(puts))),
    );
    const records = await this.#keeper.load();
    if (this.#closed()) return;
    this.#turn.run(() => {
      this.#restore(records);
      this.#state = 'running';
    });
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    for (const undo of this.#undo) undo();
    this.#asks.close();
    this.#extension?.close();
    this.#links.close();
    this.#keeper.close();
    this.#options.seams.tabs.close();
    for (const part of [
      this.#delivery,
      this.#giveBack,
      this.#typing,
      this.#reports,
      this.#moderators,
    ])
      part.close();
    this.#turn.close();
    this.#events.clear();
    for (const watched of this.#watched()) watched.clear();
  }

  #closed(): boolean {
    return this.#state === 'closed';
  }

  #restore(records: readonly StoredRecord[]): void {
    for (const record of records) {
      const read = readRecord(record);
      if (read.kind === 'event') this.#ledger.restore(read.event);
      else if (read.kind === 'line') this.#ledger.line(read.line, 'store');
      else if (read.kind === 'verdict') this.#hearVerdict(read.verdict);
    }
    this.#ledger.prune(this.#options.seams.clock.wall());
  }

  // What another tab wrote. It also sends what it wrote; this one takes over when nothing comes of it.
  #adopt(puts: readonly StoredRecord[]): void {
    const until = this.#options.seams.clock.mono() + ADOPT_AFTER_MS;
    for (const record of puts) {
      const read = readRecord(record);
      if (read.kind === 'verdict') this.#hearVerdict(read.verdict);
      if (read.kind === 'line') this.#ledger.line(read.line, 'store');
      if (read.kind !== 'event') continue;
      const news = this.#outbox.get(read.event.content.digest) === undefined;
      const item = this.#ledger.restore(read.event);
      if (item === null || !news) continue;
      item.holds.set('primary', until);
      item.holds.set('redundant', until);
    }
  }

  #wake(): void {
    const { page } = this.#options.seams;
    if (this.#state === 'running' && page.visible() && page.online()) this.#links.wake();
  }

  #hearVerdict(verdict: SignedVerdict): void {
    const raised = this.#verdicts.hear(verdict);
    if (raised === true) this.#epochRaised(verdict);
    else if (raised) void raised.then((yes) => yes && this.#epochRaised(verdict));
  }

  #epochRaised(verdict: SignedVerdict): void {
    if (!this.#closed()) this.#turn.run(() => this.#switched(verdict));
  }

  #switched(verdict: SignedVerdict): void {
    this.#keeper.put('verdict', () => verdictRecord(this.#verdicts.best ?? verdict));
    this.#links.switched();
    this.#events.tell({
      type: 'verdict',
      epoch: this.#verdicts.epoch,
      active: this.#verdicts.active,
    });
  }

  #endTurn(): void {
    if (this.#state === 'running') {
      this.#links.need(this.#need());
      this.#delivery.pump();
      this.#asks.pump();
      this.#extension?.pump();
      this.#moderators.pump();
    }
    this.#noteCarrier();
    this.#keeper.flush();
    for (const watched of this.#watched()) watched.refresh();
    this.#extension?.refresh();
  }

  #watched() {
    const { chats, elsewhere, connection, site, people } = this;
    return [chats, elsewhere, connection, this.#presence, site, people] as const;
  }

  #need(): LinkNeed {
    const { page, tabs } = this.#options.seams;
    if (!page.visible() && tabs.otherVisible()) return 'none';
    if (this.#options.role === 'operator' || this.#outbox.size > 0) return 'both';
    return this.#sets.all().some((set) => this.#sets.isOpen(set)) ? 'both' : 'one';
  }

  #noteCarrier(): void {
    const carrier = this.#links.carrier()?.deployment ?? null;
    if (carrier === this.#carrier) return;
    this.#carrier = carrier;
    this.#since = this.#options.seams.clock.wall();
    this.#events.tell({ type: 'carrier', deployment: carrier });
  }

  // ---- what people do ----

  on(listener: (event: ClientEvent) => void): Unsubscribe {
    return this.#events.add(listener);
  }

  openChat(fields: OpenFields = {}): ChatId {
    return this.#say(this.#composer.opening(fields)).head.chat;
  }

  send(chat: ChatId, text: string, options?: SendOptions): string {
    return this.#say(this.#composer.message(chat, text, options)).head.id;
  }

  contact(chat: ChatId, fields: ContactFields): void {
    this.#say(this.#composer.contact(chat, fields));
  }

  note(chat: ChatId, text: string): string {
    return this.#say(this.#composer.note(chat, text)).head.id;
  }

  #say(content: Content): Content {
    this.#turn.run(() => this.#ledger.add(content));
    return content;
  }

  accept(chat: ChatId): Promise<void> {
    return this.#ask(chat, 'accept', []);
  }

  release(chat: ChatId): Promise<void> {
    return this.#ask(chat, 'release', []);
  }

  closeChat(chat: ChatId): Promise<void> {
    return this.#ask(chat, 'close', frontier(this.#sets.get(chat)?.standing() ?? [], 'chat'));
  }

  #ask(chat: ChatId, what: AskWhat, covers: readonly string[]): Promise<void> {
    return this.#turn.run(() => this.#asks.ask(chat, what, covers));
  }

  typing(chat: ChatId, on: boolean): void {
    this.#turn.run(() => this.#typing.tell(chat, on));
  }

  setPresence(state: 'online' | 'away'): void {
    this.#status = state;
    this.#turn.run(() => {
      for (const link of this.#links.both()) link.send({ t: 'status', state });
    });
  }

  renew(credentials: Credentials): void {
    this.#credentials = credentials;
    this.#turn.run(() => {
      this.#trouble = null;
      this.#links.retry();
    });
  }

  // ---- what people see of it ----

  #connectionView(before: ConnectionView | undefined): ConnectionView {
    const { primary, redundant } = this.#links;
    const peer = this.#carrier === null ? undefined : this.#peers.get(this.#carrier);
    const view: ConnectionView = {
      carrier: this.#carrier,
      active: this.#verdicts.active,
      epoch: this.#verdicts.epoch,
      links: { primary: primary.health, redundant: redundant.health },
      peer: peer ?? null,
      waiting: this.#outbox.waiting(),
      unsafe: this.#outbox.size,
      since: this.#since,
      storage: this.#keeper.persistent ? 'persistent' : 'memory',
      trouble: this.#trouble,
    };
    return before !== undefined && JSON.stringify(before) === JSON.stringify(view) ? before : view;
  }

  #presenceView(before: PresenceView | undefined): PresenceView {
    const view = this.#board.view();
    return before !== undefined && JSON.stringify(before) === JSON.stringify(view) ? before : view;
  }
}
