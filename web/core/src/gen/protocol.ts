// Made by tools/gen_protocol from src/protocol/schema.json. Change the schema, not this file.

/** 43 characters of base64url. */
export type Digest = string;
/** 43 characters of base64url, or empty where an event belongs to no chat. */
export type ChatId = string;
/** "v:…", "o:…", "n:…" or "a:…". */
export type Author = string;
/** "primary/n1/01J…". */
export type Origin = string;
/** 16 lower-case hex digits; text order is number order. */
export type Hlc = string;
export type Deployment = "primary" | "redundant";

export type Role = "visitor" | "operator" | "probe";
export type ChatState = "queued" | "assigned" | "closed";
export type AskWhat = "accept" | "close" | "release" | "transfer";
export type Presence = "online" | "away";

export interface Acceptance {
  readonly o: Origin;
  readonly s: number;
  readonly t: Hlc;
  readonly k: string;
  readonly m: string;
}

export interface Interval {
  readonly a: number;
  readonly b: number;
  readonly p: string;
  readonly h: string;
}

export type Versions = readonly [min: number, max: number];

/** A verdict as it travels: section 8. `p` is the payload's exact bytes. */
export interface SignedVerdict {
  readonly p: string;
  readonly k: string;
  readonly s: string;
}

export interface ChatDigest {
  readonly chat: ChatId;
  readonly digest: string;
}

export interface KnownChat {
  readonly chat: ChatId;
  readonly digest: string;
  readonly state: ChatState;
}

export interface SafeAt {
  readonly o: Origin;
  readonly s: number;
  readonly h: string;
}

export interface KnownOutbox {
  readonly digest: Digest;
  readonly acc: readonly Acceptance[];
  readonly safe?: SafeAt;
}

/** What a holder has of one event: its digest, then the m of its acceptances. */
export type HeldItem = readonly [digest: Digest, ...macs: string[]];

export interface GivenEvent {
  readonly head: string;
  readonly body: string | null;
  readonly acc: readonly Acceptance[];
}

/** Somebody of the site who writes to a visitor: the name that the operator wants to be shown. */
export interface PersonSeen {
  readonly id: Author;
  readonly name: string;
}

/** Opening hours: day 1 is Monday; minutes after midnight, `to` is exclusive. */
export interface OpenSpan {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/** What the pages of a site show of its settings. `zone` is an IANA time zone; `transcripts`: visitors may ask for them by e-mail. */
export interface SiteView {
  readonly name: string;
  readonly colour?: string;
  readonly greeting?: string;
  readonly away?: string;
  readonly zone?: string;
  readonly hours?: readonly OpenSpan[];
  readonly transcripts?: boolean;
}

/** A chat in the answer to find: when its newest matching (or newest) event was accepted, and that event's text. */
export interface FoundChat {
  readonly chat: ChatId;
  readonly state: ChatState;
  readonly operator?: Author;
  readonly visitor: Author;
  readonly name?: string;
  readonly at: number;
  readonly digest: Digest;
  readonly author: Author;
  readonly excerpt: string;
}

/** A register of the settings as its site's administrators see it; `value` (JSON) is null for a secret that is set. `by`, `at`: who wrote the value that counts, and when that was accepted. */
export interface RegisterSeen {
  readonly entity: string;
  readonly field: string;
  readonly value: string | null;
  readonly unreplaced: readonly Digest[];
  readonly by?: Author;
  readonly at?: number;
}

export interface OperatorSeen {
  readonly id: Author;
  readonly name: string;
  readonly online: boolean;
}

export interface PeerState {
  readonly up: boolean;
  readonly behind: number;
}

export interface SecretAuth {
  readonly type: "secret";
  readonly secret: string;
}

export interface KeyAuth {
  readonly type: "key";
  readonly pub: string;
  readonly sig: string;
}

export interface TokenAuth {
  readonly type: "token";
  readonly token: string;
  readonly pub?: string;
  readonly sig?: string;
}

export interface ProbeAuth {
  readonly type: "probe";
  readonly at: number;
  readonly mac: string;
  readonly peer?: boolean;
}

export interface OriginHoldings {
  readonly o: Origin;
  readonly i: readonly Interval[];
}

export interface PeerEntry {
  readonly acc: Acceptance;
  readonly head: string;
  readonly body: string | null;
}

export interface PeerRun {
  readonly a: number;
  readonly p: string;
  readonly e: readonly PeerEntry[];
}

export interface PeerPresence {
  readonly site: string;
  readonly id: Author;
  readonly state: Presence;
}

export interface PeerReport {
  readonly hedges_won: number;
  readonly late_acks: number;
  readonly failed_connects: number;
  readonly at: number;
}

export type Auth = SecretAuth | KeyAuth | TokenAuth | ProbeAuth;

/** hello: who I am, what I hold */
export interface ClientHello {
  readonly t: "hello";
  readonly versions: Versions;
  readonly as: Role;
  readonly site: string;
  readonly auth: Auth;
  readonly outbox: readonly Digest[];
  readonly chats: readonly ChatDigest[];
  readonly warm: boolean;
  readonly page?: string;
}

/** send: take this event */
export interface ClientSend {
  readonly t: "send";
  readonly head: string;
  readonly body: string;
  readonly hedge?: boolean;
  readonly acc?: readonly Acceptance[];
}

/** have: what I hold of this chat */
export interface ClientHave {
  readonly t: "have";
  readonly chat: ChatId;
  readonly items: readonly HeldItem[];
  readonly more: boolean;
}

/** give: give-back, after want; opening event first */
export interface ClientGive {
  readonly t: "give";
  readonly chat: ChatId;
  readonly events: readonly GivenEvent[];
}

/** ask: please decide; idempotent */
export interface ClientAsk {
  readonly t: "ask";
  readonly rid: string;
  readonly chat: ChatId;
  readonly what: AskWhat;
  readonly covers?: readonly Digest[];
  readonly to?: Author;
}

/** find: consoles: chats in which every word of the text occurs, newest first; an empty text: all. `before`: `next` of the page before */
export interface ClientFind {
  readonly t: "find";
  readonly rid: string;
  readonly text: string;
  readonly before?: string;
  readonly limit?: number;
}

/** look: consoles: show me this chat although it is not mine, until off; answered with chat or error */
export interface ClientLook {
  readonly t: "look";
  readonly chat: ChatId;
  readonly on: boolean;
}

/** view: consoles: the settings that I may change, now and when they change, until off */
export interface ClientView {
  readonly t: "view";
  readonly on: boolean;
}

/** signal: to the other party, never stored */
export interface ClientSignal {
  readonly t: "signal";
  readonly chat: ChatId;
  readonly what: string;
  readonly on: boolean;
}

/** status: an operator's presence, held by the session */
export interface ClientStatus {
  readonly t: "status";
  readonly state: Presence;
}

/** report: what I saw of the other deployment; feeds health */
export interface ClientReport {
  readonly t: "report";
  readonly hedges_won: number;
  readonly late_acks: number;
  readonly failed_connects: number;
  readonly at: number;
  readonly age_ms?: number;
}

/** beat: I am here */
export interface ClientBeat {
  readonly t: "beat";
}

/** A frame of a client. */
export type ClientFrame =
  | ClientHello
  | ClientSend
  | ClientHave
  | ClientGive
  | ClientAsk
  | ClientFind
  | ClientLook
  | ClientView
  | ClientSignal
  | ClientStatus
  | ClientReport
  | ClientBeat;
/** The frame whose `t` is T. */
export type ClientFrameOf<T extends ClientFrame["t"]> = Extract<ClientFrame, { readonly t: T }>;

/** challenge: sign this if you have a key */
export interface NodeChallenge {
  readonly t: "challenge";
  readonly nonce: string;
  readonly deployment: Deployment;
  readonly versions: Versions;
  readonly time: number;
}

/** welcome: the session stands */
export interface NodeWelcome {
  readonly t: "welcome";
  readonly version: number;
  readonly author: Author;
  readonly deployment: Deployment;
  readonly node: string;
  readonly time: number;
  readonly heartbeat_ms: number;
  readonly verdict?: SignedVerdict;
  readonly sites?: readonly string[];
  readonly peers: readonly string[];
  readonly moderators: readonly string[];
  readonly chats: readonly KnownChat[];
  readonly outbox: readonly KnownOutbox[];
  readonly available: boolean;
  readonly operators?: readonly OperatorSeen[];
  readonly peer?: PeerState;
  readonly site?: SiteView;
  readonly people?: readonly PersonSeen[];
  readonly role?: string;
}

/** accepted: durable here */
export interface NodeAccepted {
  readonly t: "accepted";
  readonly digest: Digest;
  readonly acc: Acceptance;
}

/** safe: durable in both: the other deployment holds entry s of o with chain hash h */
export interface NodeSafe {
  readonly t: "safe";
  readonly digest: Digest;
  readonly o: Origin;
  readonly s: number;
  readonly h: string;
}

/** refused: this event was not taken */
export interface NodeRefused {
  readonly t: "refused";
  readonly digest: Digest;
  readonly code: number;
  readonly why: string;
  readonly retry_ms?: number;
}

/** event: an event with every acceptance known; body null when erased */
export interface NodeEvent {
  readonly t: "event";
  readonly chat: ChatId;
  readonly head: string;
  readonly body: string | null;
  readonly acc: readonly Acceptance[];
  readonly safe?: boolean;
}

/** acc: more acceptances of an event that you have */
export interface NodeAcc {
  readonly t: "acc";
  readonly chat: ChatId;
  readonly digest: Digest;
  readonly acc: readonly Acceptance[];
}

/** want: please give these back */
export interface NodeWant {
  readonly t: "want";
  readonly chat: ChatId;
  readonly digests: readonly Digest[];
}

/** wait: do not: somebody else is sending them */
export interface NodeWait {
  readonly t: "wait";
  readonly chat: ChatId;
  readonly digests: readonly Digest[];
}

/** chat: a chat in a console's list changed */
export interface NodeChat {
  readonly t: "chat";
  readonly chat: ChatId;
  readonly state: ChatState;
  readonly operator?: Author;
  readonly digest: string;
  readonly gone?: boolean;
}

/** decided: answer to ask */
export interface NodeDecided {
  readonly t: "decided";
  readonly rid: string;
  readonly ok: boolean;
  readonly code?: number;
  readonly why?: string;
  readonly digest?: Digest;
}

/** pending: the ask is alive; renewed every 5 s */
export interface NodePending {
  readonly t: "pending";
  readonly rid: string;
  readonly why: string;
}

/** signal: from the other party, never stored */
export interface NodeSignal {
  readonly t: "signal";
  readonly chat: ChatId;
  readonly what: string;
  readonly on: boolean;
  readonly from: Author;
}

/** presence: is an operator there */
export interface NodePresence {
  readonly t: "presence";
  readonly available: boolean;
  readonly operators?: readonly OperatorSeen[];
}

/** site: what the site shows of its settings changed; consoles: also when their own role did */
export interface NodeSite {
  readonly t: "site";
  readonly site: SiteView;
  readonly role?: string;
}

/** person: visitors: who somebody is that writes to you, before their first event, and when the name changed */
export interface NodePerson {
  readonly t: "person";
  readonly person: PersonSeen;
}

/** erased: the bodies of these events are erased: drop them, and never give them back */
export interface NodeErased {
  readonly t: "erased";
  readonly chat: ChatId;
  readonly digests: readonly Digest[];
}

/** found: answer to find; `next`: there are more, ask with this before */
export interface NodeFound {
  readonly t: "found";
  readonly rid: string;
  readonly chats: readonly FoundChat[];
  readonly next?: string;
}

/** registers: answer to view, in pages; later the changed ones alone */
export interface NodeRegisters {
  readonly t: "registers";
  readonly registers: readonly RegisterSeen[];
  readonly more: boolean;
}

/** verdict: which deployment is active */
export interface NodeVerdict {
  readonly t: "verdict";
  readonly verdict: SignedVerdict;
}

/** peer: the peer link, and how many entries are not yet in both */
export interface NodePeer {
  readonly t: "peer";
  readonly up: boolean;
  readonly behind: number;
}

/** beat: every heartbeat_ms, with the digests of this link's open chats */
export interface NodeBeat {
  readonly t: "beat";
  readonly time: number;
  readonly chats: readonly ChatDigest[];
}

/** error: about the last frame or the link */
export interface NodeError {
  readonly t: "error";
  readonly code: number;
  readonly why: string;
  readonly retry_ms?: number;
}

/** A frame of a node to a client. */
export type NodeFrame =
  | NodeChallenge
  | NodeWelcome
  | NodeAccepted
  | NodeSafe
  | NodeRefused
  | NodeEvent
  | NodeAcc
  | NodeWant
  | NodeWait
  | NodeChat
  | NodeDecided
  | NodePending
  | NodeSignal
  | NodePresence
  | NodeSite
  | NodePerson
  | NodeErased
  | NodeFound
  | NodeRegisters
  | NodeVerdict
  | NodePeer
  | NodeBeat
  | NodeError;
/** The frame whose `t` is T. */
export type NodeFrameOf<T extends NodeFrame["t"]> = Extract<NodeFrame, { readonly t: T }>;

/** Error codes: section 5 of docs/protocol.md. */
export const Code = {
  /** shutting down or drained */
  going_away: 4000,
  /** too much to do; come back later */
  overloaded: 4001,
  /** the queue of this link was full */
  slow_consumer: 4002,
  /** settings or history not loaded yet */
  not_ready: 4003,
  /** this node accepts nothing any more */
  journal_failed: 4004,
  /** this node's clock differs too much from its peer's and the Moderator's */
  clock_off: 4005,
  /** overloaded; the first send is still welcome */
  hedge_refused: 4006,
  /** too much in too short a time */
  rate_limited: 4007,
  /** no sign of life from the client */
  silent: 4008,
  /** the node starts again as a new incarnation */
  reincarnated: 4009,
  /** its opening event is not here: give it first */
  unknown_chat: 4100,
  /** a frame out of order */
  out_of_step: 4101,
  /** forged, or not a token */
  bad_token: 4200,
  /** the token's time is over */
  expired_token: 4201,
  /** the session or its owner was revoked */
  revoked: 4202,
  /** the key's signature does not fit the challenge */
  bad_proof: 4203,
  /** not the password */
  bad_password: 4204,
  /** not JSON, or a field missing or of the wrong type */
  bad_frame: 4300,
  /** more bytes than allowed */
  frame_too_large: 4301,
  /** nested deeper than allowed */
  too_deep: 4302,
  /** not UTF-8 */
  bad_utf8: 4303,
  /** control characters, empty, or too long */
  bad_text: 4304,
  /** no kind that this node knows */
  unknown_kind: 4305,
  /** not the audience of this kind and role */
  forbidden_audience: 4306,
  /** not the session's author */
  wrong_author: 4307,
  /** not the session's site */
  wrong_site: 4308,
  /** another event with this id is held */
  id_conflict: 4309,
  /** the chat belongs to somebody else */
  not_your_chat: 4310,
  /** more than 32, doubled, malformed, or of another chat or a narrower audience */
  bad_after: 4311,
  /** the acceptance is not genuine */
  bad_mac: 4312,
  /** no page of this origin may connect */
  origin_refused: 4313,
  /** no version in common */
  version_unsupported: 4314,
  /** the role may not do this */
  not_allowed: 4315,
  /** bad signature, unknown key, or a jump */
  verdict_refused: 4316,
  /** the body is not the one that the head names */
  body_mismatch: 4317,
  /** a list is longer than allowed */
  too_many: 4318,
  /** chat is not the hash of its opening event */
  bad_chat: 4319,
  /** no such site here */
  unknown_site: 4320,
  /** no such thing here */
  not_found: 4321,
  /** the identity token proves nothing */
  bad_identity: 4322,
} as const;
export type CodeName = keyof typeof Code;

export type ClientAction = "retry" | "resync" | "authenticate" | "give_up";
/** The range of a code says what a client does, also about codes that it does not know. */
export function clientAction(code: number): ClientAction {
  if (code <= 4099) return "retry";
  if (code <= 4199) return "resync";
  if (code <= 4299) return "authenticate";
  return "give_up";
}

export function codeName(code: number): string {
  for (const [name, number] of Object.entries(Code)) if (number === code) return name;
  return String(code);
}

/** Bounds that both sides keep. */
export const Limit = {
  frameBytesClientMax: 16384,
  frameBytesNodeMax: 65536,
  frameBytesPeerMax: 1048576,
  depthMax: 8,
  headBytesMax: 4096,
  bodyBytesMax: 14336,
  eventBytesMax: 14848,
  textCharsMax: 4000,
  nameCharsMax: 2000,
  afterMax: 32,
  outboxMax: 200,
  chatsMax: 100,
  itemsMax: 80,
  acceptancesMax: 64,
  coversMax: 32,
  safeIntegerMax: 9007199254740991,
  epochJumpMax: 1000000,
  giveBackAfterMs: 1000,
  giveBackLapseMs: 2000,
} as const;

export const PROTOCOL_VERSION = 1;

export type Audience = "chat" | "operators" | "nodes";
/** The kinds that this version knows. */
export const KINDS = {
  open: { authors: ["visitor"], audience: "chat" },
  message: { authors: ["visitor", "operator"], audience: "chat" },
  note: { authors: ["operator"], audience: "operators" },
  route: { authors: ["deployment"], audience: "chat" },
  contact: { authors: ["visitor"], audience: "chat" },
  set: { authors: ["administrator", "operator"], audience: "nodes" },
  erase: { authors: ["administrator", "operator", "deployment"], audience: "nodes" },
  claim: { authors: ["deployment"], audience: "nodes" },
  done: { authors: ["deployment"], audience: "nodes" },
  audit: { authors: ["deployment"], audience: "nodes" },
} as const;
export type Kind = keyof typeof KINDS;
