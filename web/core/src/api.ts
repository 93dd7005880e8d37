// The public face of the core: what pages, the smoke harness and tests code against.
//
// A client is one person (a visitor or an operator) on one site. It holds up to two links, a persistent outbox and
// the events of its open chats. It touches no DOM, no clock and no randomness of its own: those are `Seams`.
// Nothing here throws because of the network; what goes wrong shows in `connection` and in the state of each message.

export type DeploymentName = 'primary' | 'redundant';
export type Role = 'visitor' | 'operator';
export type ChatId = string;
export type Digest = string;
export type Unsubscribe = () => void;

/** A value that changes. `get` is always current; a subscriber is called after each change, never for the current value. */
export interface Watched<T> {
  get(): T;
  subscribe(listener: (value: T) => void): Unsubscribe;
}

// ---- what a page shows ----

/** waiting: in this browser's outbox; accepted: durable in one deployment (one tick); safe: in both (two ticks);
 * refused: will never be taken as it is, `why` says so. */
export type MessageState = 'waiting' | 'accepted' | 'safe' | 'refused';

export interface MessageView {
  /** ULID. Two events can share one (a conflict made while deployments were cut off): key lists by `digest`. */
  readonly id: string;
  readonly digest: Digest;
  readonly author: string;
  /** `message`, `note`, `open`, `route`, `contact`. Unknown kinds are kept and forwarded but not shown. */
  readonly kind: string;
  /** Text of a message or note; '' for other kinds and for an erased body (`erased`). */
  readonly text: string;
  readonly erased: boolean;
  /** The other fields of the body (`open`: name, page, title, referrer; `route`: state, operator). */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Wall ms: of the first acceptance, or the author's claim while waiting. Never used for order. */
  readonly at: number;
  readonly mine: boolean;
  readonly state: MessageState;
  readonly why?: string;
}

export type ChatState = 'queued' | 'assigned' | 'closed';

/** An immutable snapshot; a change yields a new object. `messages` stand in transcript order. */
export interface ChatView {
  readonly id: ChatId;
  readonly state: ChatState;
  /** `o:…` of the operator who has it, when assigned. */
  readonly operator: string | null;
  readonly visitor: string;
  /** Fields of the opening event (`name`, `page`, …); empty until it is held. */
  readonly opening: Readonly<Record<string, unknown>>;
  readonly messages: readonly MessageView[];
  /** Authors of the other side who are typing now. */
  readonly typing: readonly string[];
  /** False while parts of it are known to be missing here. */
  readonly whole: boolean;
  /** How the visitor can be reached: field by field what was said last. */
  readonly contact: ContactFields;
}

export interface ContactFields {
  readonly name?: string;
  readonly email?: string;
  /** The visitor wants the transcript by e-mail when the chat ends. */
  readonly transcript?: boolean;
  /** A token by which the site's own server vouches for `name` and `email`, claims.ts. */
  readonly identity?: string;
}

/** A chat that another operator has. Its transcript is theirs alone. */
export interface ElsewhereView {
  readonly id: ChatId;
  /** `o:…` */
  readonly operator: string;
  /** Fields of the opening event when it was seen here before, while the chat waited; else empty. */
  readonly opening: Readonly<Record<string, unknown>>;
}

export type LinkHealth = 'idle' | 'connecting' | 'up' | 'suspect' | 'resting' | 'refused';

export interface ConnectionView {
  /** Where this client's sends go now; null: nowhere, they wait in the outbox. */
  readonly carrier: DeploymentName | null;
  /** Which deployment the highest known verdict names. */
  readonly active: DeploymentName;
  readonly epoch: number;
  readonly links: Readonly<Record<DeploymentName, LinkHealth>>;
  /** Consoles: the peer link between the deployments, as the carrier tells it. */
  readonly peer: { readonly up: boolean; readonly behind: number } | null;
  /** Own events that nobody has accepted yet. */
  readonly waiting: number;
  /** Own events that are not yet in both deployments (includes `waiting`). */
  readonly unsafe: number;
  /** Wall ms since `carrier` has its present value. */
  readonly since: number;
  /** memory: storage is blocked here, so a reload loses what is not `safe`; say so. */
  readonly storage: 'persistent' | 'memory';
  /** Set when a deployment refuses this session for good (codes 4200-4399); renew() clears it. */
  readonly trouble: { readonly code: number; readonly why: string } | null;
}

export interface OperatorPresence {
  readonly id: string;
  readonly name: string;
  readonly online: boolean;
}

export interface PresenceView {
  /** An operator is there for visitors. */
  readonly available: boolean;
  /** Consoles only. */
  readonly operators: readonly OperatorPresence[];
}

// ---- what a client does ----

export interface OpenFields {
  name?: string;
  page?: string;
  referrer?: string;
  title?: string;
}

export interface SendOptions {
  /** Visitors: written while nobody was there; operators work through these later. */
  readonly offline?: boolean;
}

/** What the pages of a site show of its settings. */
export interface SiteFacts {
  readonly name: string;
  /** #rrggbb */
  readonly colour?: string;
  readonly greeting?: string;
  readonly away?: string;
  /** IANA time zone that `hours` are meant in. */
  readonly zone?: string;
  readonly hours?: readonly OpenHours[];
  /** Visitors may ask for transcripts by e-mail. */
  readonly transcripts?: boolean;
}

/** Day 1 is Monday; minutes after midnight, `to` is exclusive. */
export interface OpenHours {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

export class AskRefused extends Error {
  readonly code: number;
  constructor(code: number, why: string) {
    super(why);
    this.code = code;
  }
}

export interface Client {
  /** `v:…` or `o:…`. */
  readonly author: string;
  readonly chats: Watched<ReadonlyMap<ChatId, ChatView>>;
  /** Consoles: open chats of other operators, as the nodes tell them. */
  readonly elsewhere: Watched<ReadonlyMap<ChatId, ElsewhereView>>;
  readonly connection: Watched<ConnectionView>;
  readonly presence: Watched<PresenceView>;
  /** null until a deployment told it. */
  readonly site: Watched<SiteFacts | null>;
  /** Visitors: names by `o:…` of the operators in their chats, as they want to be called. */
  readonly people: Watched<ReadonlyMap<string, string>>;
  /** Counters since start, see Stats. */
  readonly stats: Stats;
  /** What happened, for harness and diagnostics. Called in the middle of a turn: do not call back into the client. */
  on(listener: (event: ClientEvent) => void): Unsubscribe;

  /** Loads the store, then dials. Resolves when the store is loaded (or given up on), not when a link is up. */
  start(): Promise<void>;
  /** Closes links, timers and store. Idempotent. Events in the outbox stay there for the next start. */
  close(): void;

  /** Visitors: makes a chat. Returns at once; the opening event travels like any other. */
  openChat(fields?: OpenFields): ChatId;
  /** Puts a message into the outbox and on its way; returns its event id. Throws TextRefused when the text can never be taken. */
  send(chat: ChatId, text: string, options?: SendOptions): string;
  /** Visitors: how they can be reached. Each call names the fields that change. Throws TextRefused. */
  contact(chat: ChatId, fields: ContactFields): void;
  /** Operators: an internal note, never seen by a visitor. */
  note(chat: ChatId, text: string): string;
  /** Operators (close: both): a decision. Asked again over either link until decided; rejects with AskRefused. */
  accept(chat: ChatId): Promise<void>;
  release(chat: ChatId): Promise<void>;
  closeChat(chat: ChatId): Promise<void>;
  /** Tells the other side; forgets itself after a few seconds. */
  typing(chat: ChatId, on: boolean): void;
  /** Operators: own presence. `online` unless said otherwise. */
  setPresence(state: 'online' | 'away'): void;
  /** A new token or the same identity again, after `connection.trouble`. */
  renew(credentials: Credentials): void;
}

// ---- what a console can do beyond that: createDeskClient of `@holdfast/core/desk` ----

export type OperatorRole = 'operator' | 'supervisor' | 'admin' | 'owner';

export interface DeskClient extends Client {
  /** null until a deployment told it; also a role that this version does not know. */
  readonly role: Watched<OperatorRole | null>;
  /** The settings that this operator may change, while viewSettings(true). */
  readonly settings: Watched<SettingsView>;
  /** Gives a chat to an operator; rejects with AskRefused. */
  transfer(chat: ChatId, to: string): Promise<void>;
  /** Chats in which every word occurs, newest first; an empty text: all. Asked over either link until answered or cancelled. */
  find(text: string, before?: string): Asked<FoundPage>;
  /** Shows a chat that is not one's own among `chats`, until off. Resolves when the first part of it is known; rejects with AskRefused. */
  look(chat: ChatId, on: boolean): Promise<void>;
  viewSettings(on: boolean): void;
  /** Writes a register: into the outbox like a message, with the same states. `revoke`: takes something away from somebody, and
   * wins against what is written at the same time. Returns its digest. */
  writeSetting(entity: string, field: string, value: unknown, revoke?: boolean): Digest;
  /** Wall ms as the deployments have it: what is compared with their clocks must not depend on this machine's. */
  serverTime(): number;
  /** State of an own write; null when it is not known here (any more). */
  writeState(digest: Digest): MessageState | null;
}

/** A question that can be withdrawn. `cancel` is idempotent; the answer of a cancelled one never comes. */
export interface Asked<T> {
  readonly answer: Promise<T>;
  cancel(): void;
}

export interface FoundPage {
  readonly chats: readonly FoundView[];
  /** There are more: ask with this as `before`. */
  readonly next: string | null;
}

export interface FoundView {
  readonly chat: ChatId;
  readonly state: ChatState;
  readonly operator: string | null;
  readonly visitor: string;
  readonly name: string;
  /** Wall ms of the newest matching event, who wrote it, and its text. */
  readonly at: number;
  readonly author: string;
  readonly excerpt: string;
}

export interface SettingsView {
  /** Everything that this operator may see has come. */
  readonly whole: boolean;
  /** By registerKey(entity, field). */
  readonly registers: ReadonlyMap<string, RegisterView>;
}

export interface RegisterView {
  readonly entity: string;
  readonly field: string;
  /** What counts; one's own newest write from the moment it was made. null: a secret that is set. */
  readonly value: unknown;
  /** Who wrote what counts, and when (wall ms), as far as the node tells it. */
  readonly by: string | null;
  readonly at: number | null;
  /** One's own newest write of this page's life, or one still on its way from before. */
  readonly write: WriteView | null;
}

export interface WriteView {
  readonly digest: Digest;
  readonly value: unknown;
  readonly at: number;
  readonly state: MessageState;
  readonly why?: string;
}

/** The text can never be taken: empty, too long, control characters, lone surrogates. */
export class TextRefused extends Error {
  readonly code = 4304;
}

// ---- what a client is made of ----

/** How a visitor proves who it is. `proof` yields the author name; the private half never leaves the browser. */
export type Identity =
  | { readonly type: 'secret'; readonly secret: string }
  | { readonly type: 'key'; readonly pub: string; sign(message: Uint8Array): Promise<Uint8Array> };

export interface OperatorSession {
  readonly type: 'token';
  readonly token: string;
  readonly author: string;
  /** Both present when the sign-in named a public key (b64 SPKI). */
  readonly pub?: string;
  sign?(message: Uint8Array): Promise<Uint8Array>;
}

export type Credentials = Identity | OperatorSession;

export interface ClientOptions {
  readonly role: Role;
  readonly site: string;
  /** Base URLs (`http://host:port` or `https://…`) of each deployment, in order of preference. */
  readonly deployments: Readonly<Record<DeploymentName, readonly string[]>>;
  /** Base URLs of moderators, asked for the verdict while the active deployment is out of reach. */
  readonly moderators?: readonly string[];
  /** Ed25519 public keys (32 bytes, base64url) by key id. Verdicts signed by others are ignored. */
  readonly moderatorKeys?: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  readonly seams: Seams;
  /** Default true. False: no second copy while the first link looks alive (for measurements). */
  readonly hedge?: boolean;
  /** Visitors: told in hello. */
  readonly page?: string;
  /** Faults planted on purpose, for tests that must find them. Never set elsewhere. */
  readonly plants?: Plants;
}

export interface Plants {
  readonly outboxDroppedOnAccepted?: boolean;
  readonly noDedup?: boolean;
  readonly hedgeUnlimited?: boolean;
  readonly olderVerdictWins?: boolean;
  readonly secondAcceptanceDropped?: boolean;
  readonly orderByWallClock?: boolean;
}

/** Everything outside: nothing else in the core calls a clock, a timer, randomness, a socket or a disk. */
export interface Seams {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly http: Http;
  readonly store: Store;
  readonly page: Page;
  readonly tabs: Tabs;
  readonly verify: Verify;
}

/** Whether this Ed25519 signature is genuine. False also where that cannot be found out: verdicts are then not obeyed, and Primary is
 * preferred while it answers. */
export type Verify = (
  signature: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
) => boolean | Promise<boolean>;

export interface Clock {
  /** Wall ms; may jump. For people and ULIDs only. */
  wall(): number;
  /** Ms that never go back; stand still or jump while a machine sleeps. */
  mono(): number;
  /** Calls once after `ms`, possibly much later (throttled tabs). Returns a cancel that may be called any time. */
  after(ms: number, call: () => void): () => void;
}

export interface Random {
  bytes(count: number): Uint8Array;
}

/** Opens channels. A WebSocket today; the same frames over HTTP are another one. */
export interface Transport {
  /** Never throws; a failure arrives at `closed`. Callbacks never come before `open` returned. */
  open(baseUrl: string, hooks: ChannelHooks): Channel;
}

export interface ChannelHooks {
  text(frame: string): void;
  /** Exactly once, also after close(). `code` is of protocol §5, or a WebSocket code. */
  closed(code: number, why: string): void;
}

export interface Channel {
  /** False when it could not even be queued: not open any more. */
  send(frame: string): boolean;
  /** Idempotent. */
  close(code?: number, why?: string): void;
}

export interface Http {
  /** Rejects on network failure only. */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
  readonly timeoutMs: number;
  /** `Authorization: Bearer …`; never part of a URL. */
  readonly bearer?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/** Where the outbox and the held events live: the page's own origin, shared by its tabs. Keyed JSON values. */
export interface Store {
  readonly kind: 'persistent' | 'memory';
  /** Rejects when storage is blocked. */
  load(): Promise<readonly StoredRecord[]>;
  /** Resolves when durable. Rejects when it cannot be (quota, revoked): the client then carries on in memory and says so. */
  write(puts: readonly StoredRecord[], removes: readonly string[]): Promise<void>;
  /** Changes made by other tabs. */
  watch(listener: (puts: readonly StoredRecord[], removes: readonly string[]) => void): Unsubscribe;
  close(): void;
}

/** The shape of `value` and its versions: README.md, "What is stored". */
export interface StoredRecord {
  readonly key: string;
  readonly value: unknown;
}

export interface Page {
  visible(): boolean;
  online(): boolean;
  /** After either changed, and after the page came back from a freeze or the back/forward cache. */
  watch(listener: () => void): Unsubscribe;
}

/** What the other tabs of this origin do. */
export interface Tabs {
  otherVisible(): boolean;
  watch(listener: () => void): Unsubscribe;
  close(): void;
}

// ---- for the harness ----

export interface Stats {
  /** Own events put into the outbox. */
  sends: number;
  accepted: number;
  safe: number;
  refused: number;
  /** Second copies sent because the first was late. */
  hedges: number;
  /** Events whose first acceptance came over another link than the one they were first sent on. */
  hedgesWon: number;
  /** Hedges not sent: the budget was spent and acks were flowing. */
  hedgesDenied: number;
  /** Copies sent because the link of the first one died or was suspect. */
  reroutes: number;
  /** Own accepted events carried to the other deployment with their acceptance. */
  bridged: number;
  /** Events pushed after `want`. */
  givenBack: number;
  /** Events of others, first time seen. */
  received: number;
  /** `event` frames of events already held. */
  repeats: number;
  lateAcks: number;
  connects: number;
  failedConnects: number;
  deadLinks: number;
  badFrames: number;
}

export type ClientEvent =
  | {
      readonly type: 'link';
      readonly deployment: DeploymentName;
      readonly health: LinkHealth;
      readonly why: string;
    }
  | {
      readonly type: 'sent';
      readonly digest: Digest;
      readonly to: DeploymentName;
      readonly as: 'first' | 'hedge' | 'reroute' | 'bridge';
    }
  /** The first word that somebody took it, `ms` after its first copy left. */
  | {
      readonly type: 'accepted';
      readonly digest: Digest;
      readonly by: DeploymentName;
      readonly ms: number;
    }
  | { readonly type: 'safe'; readonly digest: Digest }
  | {
      readonly type: 'refused';
      readonly digest: Digest;
      readonly by: DeploymentName;
      readonly code: number;
      readonly why: string;
    }
  | { readonly type: 'hedgeWon'; readonly digest: Digest; readonly by: DeploymentName }
  /** An event of somebody else was first seen. */
  | {
      readonly type: 'seen';
      readonly chat: ChatId;
      readonly digest: Digest;
      readonly id: string;
      readonly author: string;
      readonly kind: string;
      readonly by: DeploymentName;
    }
  | {
      readonly type: 'giveBack';
      readonly chat: ChatId;
      readonly to: DeploymentName;
      readonly digests: readonly Digest[];
    }
  | { readonly type: 'verdict'; readonly epoch: number; readonly active: DeploymentName }
  | { readonly type: 'carrier'; readonly deployment: DeploymentName | null }
  | { readonly type: 'badFrame'; readonly from: DeploymentName; readonly why: string };

// The functions themselves are exported by index.ts:
//   createClient(options: ClientOptions): Client
//   signIn(http: Http, urls: readonly string[], who: SignIn): Promise<SignedIn>
//   visitorAuthor(site, identity): string
// `@holdfast/core/browser`: browserSeams({site, author}), loadIdentity(site)
// `@holdfast/core/node`: nodeSeams({origin, file?}), newSecret()

export interface SignIn {
  readonly site: string;
  readonly operator: string;
  readonly password: string;
  /** b64 SPKI of an ECDSA P-256 key, to bind the session to it. */
  readonly pub?: string;
}

export interface SignedIn {
  readonly token: string;
  readonly author: string;
  readonly expires: number;
}

export class SignInRefused extends Error {
  readonly code: number;
  /** Before that there is no use in trying again; 0 when nothing was said. */
  readonly retryMs: number;
  constructor(code: number, why: string, retryMs = 0) {
    super(why);
    this.code = code;
    this.retryMs = retryMs;
  }
}
