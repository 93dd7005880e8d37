// A deployment after docs/protocol.md, as simple as it can be: enough to hold a client to the rules. One node, journal in a map.
import { type Acceptance, mergeAcceptances } from '../../src/acceptance.ts';
import type { DeploymentName } from '../../src/api.ts';
import { b64, hash } from '../../src/bytes.ts';
import {
  type Audience,
  bodyFields,
  type Content,
  makeContent,
  parseContent,
  visibleTo,
} from '../../src/content.ts';
import { type Fact, foldRouting, setDigest } from '../../src/fold.ts';
import {
  type ClientFrame,
  type ClientFrameOf,
  Code,
  type NodeFrame,
  type SignedVerdict,
} from '../../src/gen/protocol.ts';
import { visitorAuthor } from '../../src/identity.ts';
import { Ulids } from '../../src/ulid.ts';
import type { Machine, SimClock } from './clock.ts';
import type { Dice } from './dice.ts';
import { found, registersOf } from './model_desk.ts';
import type { Listener, ServerEnd, ServerHooks } from './network.ts';

const HEARTBEAT_MS = 5_000;
const LAPSE_MS = 2_000;
const DECIDE_MS = 20;

export interface Stored {
  readonly content: Content;
  acc: readonly Acceptance[];
}

interface Session {
  readonly end: ServerEnd;
  readonly nonce: string;
  author: string;
  upTo: Audience;
  greeted: boolean;
  lists: Map<string, Map<string, Set<string>>>;
  spent: number;
  spentAt: number;
  faults: number;
  /** Looks at the settings. */
  views: boolean;
  looks: Set<string>;
}

/** How a node misbehaves while it runs. */
export interface Moods {
  /** Answers sends with this code. */
  refuse: { code: number; retryMs?: number } | null;
  /** Ms from taking an event until it is durable. */
  commitMs: number;
  /** Events of one session: so many at once, and so many a second. Who goes on regardless is closed. */
  rate: { burst: number; perS: number } | null;
  /** Takes frames and answers nothing. */
  frozen: boolean;
  /** Of every operator. */
  role: string;
  /** Takes searches and answers none. */
  searchesLost: boolean;
}

export class ModelDeployment implements Listener {
  readonly name: DeploymentName;
  readonly chats = new Map<string, Map<string, Stored>>();
  readonly moods: Moods = {
    refuse: null,
    commitMs: 2,
    rate: null,
    frozen: false,
    role: 'owner',
    searchesLost: false,
  };
  readonly #sim: SimClock;
  readonly #dice: Dice;
  readonly #machine: Machine;
  readonly #ulids: Ulids;
  readonly #sessions = new Set<Session>();
  readonly #asked = new Map<string, number>();
  readonly #decided = new Map<string, string>();
  #peer: ModelDeployment | null = null;
  #peerLink = true;
  #peerDelayMs = 10;
  #alive = true;
  #incarnation = 0;
  #seq = 0;
  #hlc = 0n;
  #epoch = 1;
  verdict: SignedVerdict | null = null;
  /** Every `send` that arrived, for tests that count. */
  readonly sendsSeen: { digest: string; hedge: boolean; bridged: boolean }[] = [];
  readonly framesSeen: ClientFrame[] = [];
  onHeld: (digest: string) => void = () => {};

  constructor(name: DeploymentName, sim: SimClock, dice: Dice, machine: Machine) {
    this.name = name;
    this.#sim = sim;
    this.#dice = dice;
    this.#machine = machine;
    this.#ulids = new Ulids(machine, dice);
    this.#reincarnate();
    sim.every(HEARTBEAT_MS, () => this.#beat());
  }

  join(peer: ModelDeployment): void {
    this.#peer = peer;
    peer.#peer = this;
  }

  /** What it would tell a console about this register. */
  register(entity: string, field: string) {
    const all = registersOf(this.#facts(''));
    return all.find((one) => one.entity === entity && one.field === field);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  holds(digest: string): boolean {
    return [...this.chats.values()].some((events) => events.has(digest));
  }

  // ---- what a test does to it ----

  kill(): void {
    this.#alive = false;
    for (const session of [...this.#sessions]) session.end.close(1006, '');
    this.#sessions.clear();
  }

  /** `forget`: the journal was destroyed. */
  start(forget = false): void {
    if (forget) this.chats.clear();
    this.#alive = true;
    this.moods.frozen = false;
    this.#reincarnate();
    this.#sync();
  }

  drain(retryMs: number): void {
    for (const session of this.#sessions) {
      this.#tell(session, { t: 'error', code: Code.going_away, why: 'drained', retry_ms: retryMs });
      session.end.close(Code.going_away, 'drained');
    }
    this.#sessions.clear();
  }

  set peerLink(up: boolean) {
    this.#peerLink = up;
    if (this.#peer !== null) this.#peer.#peerLink = up;
    if (up) this.#sync();
  }

  set epoch(epoch: number) {
    this.#epoch = epoch;
  }

  announce(verdict: SignedVerdict): void {
    this.verdict = verdict;
    for (const session of this.#sessions) this.#tell(session, { t: 'verdict', verdict });
  }

  say(frame: NodeFrame | string): void {
    for (const session of this.#sessions) {
      if (typeof frame === 'string') session.end.send(frame);
      else this.#tell(session, frame);
    }
  }

  /** The bodies of these events are gone. */
  erase(chat: string, digests: readonly string[]): void {
    const events = this.chats.get(chat);
    for (const digest of digests) {
      const stored = events?.get(digest);
      if (stored !== undefined)
        events?.set(digest, { ...stored, content: { ...stored.content, bodyBytes: null } });
    }
    this.say({ t: 'erased', chat, digests: [...digests] });
  }

  close(code: number, why = ''): void {
    for (const session of [...this.#sessions]) session.end.close(code, why);
    this.#sessions.clear();
  }

  // ---- links ----

  connect(end: ServerEnd): ServerHooks | null {
    if (!this.#alive) return null;
    const session: Session = {
      end,
      nonce: b64(this.#dice.bytes(32)),
      author: '',
      upTo: 'chat',
      greeted: false,
      lists: new Map(),
      spent: 0,
      spentAt: 0,
      faults: 0,
      views: false,
      looks: new Set(),
    };
    this.#sessions.add(session);
    this.#tell(session, {
      t: 'challenge',
      nonce: session.nonce,
      deployment: this.name,
      versions: [1, 1],
      time: this.#machine.wall(),
    });
    return {
      text: (text) => this.#take(session, JSON.parse(text) as ClientFrame),
      closed: () => void this.#sessions.delete(session),
    };
  }

  #take(session: Session, frame: ClientFrame): void {
    if (!this.#alive || this.moods.frozen || !this.#sessions.has(session)) return;
    this.framesSeen.push(frame);
    if (frame.t === 'hello') this.#hello(session, frame);
    else if (!session.greeted) session.end.close(Code.out_of_step, 'hello first');
    else if (frame.t === 'send') this.#send(session, frame);
    else if (frame.t === 'have') this.#have(session, frame);
    else if (frame.t === 'give') this.#give(session, frame);
    else if (frame.t === 'ask') this.#ask(session, frame);
    else if (frame.t === 'signal') this.#signal(session, frame);
    else if (frame.t === 'find') this.#search(session, frame);
    else if (frame.t === 'look') this.#look(session, frame);
    else if (frame.t === 'view') this.#view(session, frame.on);
  }

  #hello(session: Session, frame: ClientFrameOf<'hello'>): void {
    if (frame.auth.type === 'secret')
      session.author = visitorAuthor(frame.site, { type: 'secret', secret: frame.auth.secret });
    else if (frame.auth.type === 'token') session.author = frame.auth.token;
    if (session.author === 'o:revoked') return session.end.close(Code.revoked, 'revoked');
    session.upTo = frame.as === 'operator' ? 'operators' : 'chat';
    session.greeted = true;
    this.#tell(session, {
      t: 'welcome',
      version: 1,
      author: session.author,
      deployment: this.name,
      node: 'n1',
      time: this.#machine.wall(),
      heartbeat_ms: HEARTBEAT_MS,
      ...(this.verdict !== null && { verdict: this.verdict }),
      peers: [],
      moderators: [],
      chats: this.#visibleChats(session).map((chat) => ({
        chat,
        digest: this.#digest(session, chat),
        state: foldRouting(this.#facts(chat)).state,
      })),
      outbox: frame.outbox.flatMap((digest) => this.#knownOutbox(digest)),
      available: true,
      site: { name: 'Harbour Lamps' },
      ...(frame.as === 'operator' && { role: this.moods.role }),
    });
    for (const { chat } of frame.chats)
      this.#tellErased(session, chat, this.chats.get(chat)?.keys() ?? []);
  }

  #tellErased(session: Session, chat: string, of: Iterable<string>): void {
    const digests = [...of].filter((digest) => {
      const stored = this.chats.get(chat)?.get(digest);
      return stored?.content.bodyBytes === null;
    });
    if (digests.length > 0) this.#tell(session, { t: 'erased', chat, digests });
  }

  #knownOutbox(digest: string) {
    const stored = this.#find(digest);
    if (stored === null) return [];
    const safe = this.#inBoth(digest) ? { safe: { o: this.#origin(), s: 1, h: digest } } : {};
    return [{ digest, acc: stored.acc, ...safe }];
  }

  // ---- facts ----

  #send(session: Session, frame: ClientFrameOf<'send'>): void {
    const content = parseContent(frame.head, frame.body);
    if ('bad' in content) throw new Error(`the client sent a bad event: ${content.bad}`);
    const { digest, head } = content;
    this.sendsSeen.push({ digest, hedge: frame.hedge === true, bridged: frame.acc !== undefined });
    const refuse = (code: number, retryMs?: number) =>
      this.#tell(session, {
        t: 'refused',
        digest,
        code,
        why: `refused ${code}`,
        ...(retryMs !== undefined && { retry_ms: retryMs }),
      });
    if (this.moods.refuse !== null)
      return refuse(this.moods.refuse.code, this.moods.refuse.retryMs);
    const waitMs = this.#overRate(session);
    if (waitMs > 0) return refuse(Code.rate_limited, waitMs);
    if (head.author !== session.author) return refuse(Code.wrong_author);
    if (head.kind !== 'open' && head.chat !== '' && !this.chats.has(head.chat))
      return refuse(Code.unknown_chat);
    const known = this.#find(digest);
    if (known !== null) return this.#acknowledge(session, digest);
    const genuine = (frame.acc ?? []).filter((acc) => this.#genuine(digest, acc));
    this.#sim.after(this.moods.commitMs, () => {
      if (!this.#alive) return;
      this.#hold(content, genuine.length > 0 ? genuine : [this.#accept(digest)]);
      this.#acknowledge(session, digest);
    });
  }

  // Ms until there is room for one more, as the node tells it.
  #overRate(session: Session): number {
    const { rate } = this.moods;
    if (rate === null) return 0;
    const s = (this.#sim.now - session.spentAt) / 1_000;
    session.spent = Math.max(0, session.spent - s * rate.perS);
    session.faults = Math.max(0, session.faults - s);
    session.spentAt = this.#sim.now;
    const over = session.spent + 1 - rate.burst;
    if (over > 0) {
      if (++session.faults > 20) session.end.close(Code.rate_limited, 'a flood');
      return Math.ceil((over / rate.perS) * 1_000);
    }
    session.spent++;
    return 0;
  }

  #acknowledge(session: Session, digest: string): void {
    const acc = this.#find(digest)?.acc[0];
    if (acc === undefined) return;
    this.#tell(session, { t: 'accepted', digest, acc });
    if (this.#inBoth(digest))
      this.#tell(session, { t: 'safe', digest, o: this.#origin(), s: 1, h: digest });
  }

  #accept(digest: string): Acceptance {
    const wall = BigInt(Math.floor(this.#machine.wall())) << 16n;
    this.#hlc = wall > this.#hlc ? wall : this.#hlc + 1n;
    const acc = {
      o: this.#origin(),
      s: ++this.#seq,
      t: this.#hlc.toString(16).padStart(16, '0'),
      k: 'k1',
    };
    return { ...acc, m: mac(digest, acc) };
  }

  #genuine(digest: string, acc: Acceptance): boolean {
    return acc.m === mac(digest, acc);
  }

  // Durable here: told to everybody who may see it, and to the peer.
  #hold(content: Content, acc: readonly Acceptance[]): void {
    const events = this.chats.get(content.head.chat) ?? new Map<string, Stored>();
    this.chats.set(content.head.chat, events);
    const known = events.get(content.digest);
    const stored = known ?? { content, acc: [] };
    const merged = mergeAcceptances(stored.acc, acc);
    if (known !== undefined && merged === stored.acc) return;
    stored.acc = merged;
    events.set(content.digest, stored);
    for (const one of acc) this.#observe(one.t);
    this.onHeld(content.digest);
    if (content.head.kind === 'set') this.#tellRegister(content);
    for (const session of this.#audienceOf(content)) {
      if (known === undefined) this.#tellEvent(session, stored);
      else this.#tell(session, { t: 'acc', chat: content.head.chat, digest: content.digest, acc });
    }
    this.#passOn(stored);
  }

  #observe(hlc: string): void {
    const seen = BigInt(`0x${hlc}`);
    if (seen > this.#hlc) this.#hlc = seen;
  }

  #tellEvent(session: Session, { content, acc }: Stored): void {
    this.#tell(session, {
      t: 'event',
      chat: content.head.chat,
      head: content.headBytes,
      body: content.bodyBytes,
      acc,
      safe: this.#inBoth(content.digest),
    });
  }

  // ---- peer link ----

  #passOn({ content, acc }: Stored): void {
    this.#sim.after(this.#peerDelayMs, () => {
      const peer = this.#peer;
      if (
        peer === null ||
        !this.#peerLink ||
        !this.#alive ||
        !peer.#alive ||
        peer.moods.frozen ||
        this.moods.frozen
      )
        return;
      peer.#hold(content, acc);
      for (const one of [this, peer]) one.#tellSafe(content);
    });
  }

  #tellSafe(content: Content): void {
    for (const session of this.#sessions)
      if (session.author === content.head.author && session.greeted)
        this.#tell(session, {
          t: 'safe',
          digest: content.digest,
          o: this.#origin(),
          s: 1,
          h: content.digest,
        });
  }

  #sync(): void {
    for (const one of [this, this.#peer]) {
      if (one === null) continue;
      for (const events of one.chats.values())
        for (const stored of events.values()) one.#passOn(stored);
    }
  }

  // ---- give-back ----

  #have(session: Session, frame: ClientFrameOf<'have'>): void {
    const list = session.lists.get(frame.chat) ?? new Map<string, Set<string>>();
    session.lists.set(frame.chat, list);
    for (const [digest, ...macs] of frame.items) list.set(digest, new Set(macs));
    if (frame.more) return;
    session.lists.delete(frame.chat);
    this.#tellErased(session, frame.chat, list.keys());
    const held = this.chats.get(frame.chat) ?? new Map<string, Stored>();
    for (const stored of held.values()) {
      if (!visibleTo(stored.content.head.audience, session.upTo)) continue;
      const theirs = list.get(stored.content.digest);
      const news = stored.acc.filter((acc) => !theirs?.has(acc.m));
      if (theirs === undefined) this.#tellEvent(session, stored);
      else if (news.length > 0)
        this.#tell(session, {
          t: 'acc',
          chat: frame.chat,
          digest: stored.content.digest,
          acc: news,
        });
    }
    const lacking = [...list].filter(([digest, macs]) =>
      [...macs].some((m) => !held.get(digest)?.acc.some((acc) => acc.m === m)),
    );
    this.#want(
      session,
      frame.chat,
      lacking.map(([digest]) => digest),
    );
  }

  #want(session: Session, chat: string, digests: readonly string[]): void {
    const fresh = digests.filter((digest) => (this.#asked.get(digest) ?? 0) <= this.#sim.now);
    const others = digests.filter((digest) => !fresh.includes(digest));
    for (const digest of fresh) this.#asked.set(digest, this.#sim.now + LAPSE_MS);
    if (fresh.length > 0) this.#tell(session, { t: 'want', chat, digests: fresh });
    if (others.length > 0) this.#tell(session, { t: 'wait', chat, digests: others });
  }

  #give(session: Session, frame: ClientFrameOf<'give'>): void {
    for (const { head, body, acc } of frame.events) {
      const content = parseContent(head, body);
      if ('bad' in content) throw new Error(`the client gave a bad event: ${content.bad}`);
      const genuine = acc.filter((one) => this.#genuine(content.digest, one));
      if (genuine.length === 0 && content.head.author !== session.author) continue;
      if (content.head.kind !== 'open' && !this.chats.has(content.head.chat)) continue; // the opening event was lost on the way
      this.#hold(content, genuine.length > 0 ? genuine : [this.#accept(content.digest)]);
    }
  }

  // ---- decisions ----

  #ask(session: Session, frame: ClientFrameOf<'ask'>): void {
    const known = this.#decided.get(frame.rid);
    if (known !== undefined)
      return this.#tell(session, { t: 'decided', rid: frame.rid, ok: true, digest: known });
    if (!this.chats.has(frame.chat))
      return this.#tell(session, {
        t: 'decided',
        rid: frame.rid,
        ok: false,
        code: Code.unknown_chat,
        why: 'unknown',
      });
    const facts = this.#facts(frame.chat);
    const operator = frame.what === 'transfer' ? frame.to : session.author;
    const state =
      frame.what === 'accept' || frame.what === 'transfer'
        ? 'assigned'
        : frame.what === 'close'
          ? 'closed'
          : 'queued';
    const payload = {
      state,
      ...(state === 'assigned' && { operator }),
      epoch: this.#epoch,
      term: this.#incarnation,
      auto: false,
      replaces: foldRouting(facts).unreplaced,
      covers: frame.covers ?? [],
    };
    const named = new Set(facts.flatMap((fact) => fact.content.head.after));
    const after = facts
      .filter((fact) => fact.content.head.audience === 'chat' && !named.has(fact.content.digest))
      .map((fact) => fact.content.digest);
    const content = makeContent(
      {
        site: 'shop',
        chat: frame.chat,
        author: `n:${this.name}`,
        id: this.#ulids.next(),
        kind: 'route',
        audience: 'chat',
        after: after.slice(0, 32),
        payload,
      },
      this.#dice,
    );
    this.#decided.set(frame.rid, content.digest);
    this.#sim.after(DECIDE_MS, () => {
      if (!this.#alive) return;
      this.#hold(content, [this.#accept(content.digest)]);
      this.#tell(session, { t: 'decided', rid: frame.rid, ok: true, digest: content.digest });
    });
  }

  #signal(session: Session, frame: ClientFrameOf<'signal'>): void {
    for (const other of this.#sessions)
      if (other !== session && other.greeted && this.#sees(other, frame.chat))
        this.#tell(other, { ...frame, from: session.author });
  }

  // ---- consoles ----

  #search(session: Session, { rid, text, before, limit = 20 }: ClientFrameOf<'find'>): void {
    if (this.moods.searchesLost) return;
    if (this.moods.role === 'none')
      return this.#tell(session, { t: 'error', code: Code.not_allowed, why: 'find: not yours' });
    const chats = new Map([...this.chats.keys()].map((chat) => [chat, this.#facts(chat)] as const));
    chats.delete('');
    const all = found(chats, text);
    const from = Number(before ?? 0);
    const page = all.slice(from, from + limit);
    const more = all.length > from + limit;
    this.#tell(session, {
      t: 'found',
      rid,
      chats: page,
      ...(more && { next: String(from + limit) }),
    });
  }

  #look(session: Session, { chat, on }: ClientFrameOf<'look'>): void {
    if (!on) return void session.looks.delete(chat);
    if (!this.chats.has(chat))
      return this.#tell(session, {
        t: 'error',
        code: Code.not_found,
        why: `look: no such chat: ${chat}`,
      });
    session.looks.add(chat);
    const { state, operator } = foldRouting(this.#facts(chat));
    this.#tell(session, {
      t: 'chat',
      chat,
      state,
      ...(operator !== null && { operator }),
      digest: this.#digest(session, chat),
    });
  }

  #view(session: Session, on: boolean): void {
    session.views = on;
    if (!on) return;
    const all = registersOf(this.#facts(''));
    for (const one of all) this.#tell(session, { t: 'registers', registers: [one], more: true });
    this.#tell(session, { t: 'registers', registers: [], more: false });
  }

  #tellRegister(content: Content): void {
    const { entity, field } = bodyFields(content);
    const changed = registersOf(this.#facts('')).filter(
      (one) => one.entity === entity && one.field === field,
    );
    for (const session of this.#sessions)
      if (session.views) this.#tell(session, { t: 'registers', registers: changed, more: false });
  }

  // ---- helpers ----

  #beat(): void {
    if (!this.#alive || this.moods.frozen) return;
    for (const session of this.#sessions)
      if (session.greeted)
        this.#tell(session, {
          t: 'beat',
          time: this.#machine.wall(),
          chats: this.#visibleChats(session).map((chat) => ({
            chat,
            digest: this.#digest(session, chat),
          })),
        });
  }

  #tell(session: Session, frame: NodeFrame): void {
    if (this.#alive && !this.moods.frozen && this.#sessions.has(session))
      session.end.send(JSON.stringify(frame));
  }

  #audienceOf(content: Content): Session[] {
    return [...this.#sessions].filter(
      (one) =>
        one.greeted &&
        this.#sees(one, content.head.chat) &&
        visibleTo(content.head.audience, one.upTo),
    );
  }

  #sees(session: Session, chat: string): boolean {
    if (session.upTo === 'operators') return true;
    return this.#facts(chat).some(
      (fact) => fact.content.head.kind === 'open' && fact.content.head.author === session.author,
    );
  }

  #visibleChats(session: Session): string[] {
    return [...this.chats.keys()].filter((chat) => chat !== '' && this.#sees(session, chat));
  }

  #digest(session: Session, chat: string): string {
    return setDigest(this.#facts(chat), session.upTo);
  }

  #facts(chat: string): Fact[] {
    return [...(this.chats.get(chat)?.values() ?? [])];
  }

  #find(digest: string): Stored | null {
    for (const events of this.chats.values()) {
      const stored = events.get(digest);
      if (stored !== undefined) return stored;
    }
    return null;
  }

  #inBoth(digest: string): boolean {
    return (
      this.#peerLink &&
      this.#peer !== null &&
      this.#find(digest) !== null &&
      this.#peer.#find(digest) !== null
    );
  }

  #origin(): string {
    return `${this.name}/n1/${this.#incarnation}`;
  }

  #reincarnate(): void {
    this.#incarnation++;
    this.#seq = 0;
    this.#asked.clear();
  }
}

// Stands for the HMAC under the cluster key that both deployments hold.
function mac(digest: string, { o, s, t }: { o: string; s: number; t: string }): string {
  return hash(`cluster key\n${digest}\n${o}\n${s}\n${t}`);
}
