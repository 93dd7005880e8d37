// One link: a client's connection to one deployment, over whichever of its URLs answers. It dials for ever while it is wanted.
//
// What an open socket proves is nothing. A link is believed while its acks come (suspect after 2 s without, dead after 5 s) and,
// when nobody waits for one, while the node's heartbeats do. A dead one is dropped and dialled anew at the next URL.
// Every dial is a new Attempt; callbacks of an attempt that was replaced are ignored.

import { Alarm } from './alarm.ts';
import type {
  Channel,
  Clock,
  DeploymentName,
  Digest,
  LinkHealth,
  Random,
  Transport,
} from './api.ts';
import { Backoff } from './backoff.ts';
import { readNodeFrame, type Shapes } from './frames.ts';
import {
  type ClientFrame,
  clientAction,
  type NodeFrame,
  type NodeFrameOf,
} from './gen/protocol.ts';
import type { Turn } from './turn.ts';

export const SUSPECT_MS = 2_000;
export const DEAD_MS = 5_000;
const OPEN_MS = 4_000; // from dialling to `welcome`
const LATE_MS = 1_000; // a timer later than this proves that we slept, not that they are dead
const GRACE_MS = 1_000;
const STEADY_MS = 3_000; // up for less is a failure as far as back-off goes
const GIVEN_UP_MS = 20_000; // 43xx: ask again, seldom
const CLOSED_BY_US = 1000;
const ERROR_MS = 1_000;

interface Attempt {
  readonly number: number;
  readonly url: string;
  readonly since: number;
  channel: Channel | null;
}

type State =
  | { readonly at: 'idle' }
  | { readonly at: 'resting'; readonly until: number; readonly floor: number }
  | { readonly at: 'opening'; readonly attempt: Attempt }
  | {
      readonly at: 'up';
      readonly attempt: Attempt;
      readonly since: number;
      readonly silenceMs: number;
    }
  | { readonly at: 'refused' };

export interface LinkHooks {
  /** Answers a challenge, perhaps later (signing is asynchronous). */
  hello(
    challenge: NodeFrameOf<'challenge'>,
    url: string,
    link: Link,
  ): ClientFrame | Promise<ClientFrame>;
  /** Any frame after `challenge`, `welcome` first. */
  frame(link: Link, frame: NodeFrame): void;
  health(link: Link, health: LinkHealth, why: string): void;
  /** A connection ended that had been up for a while (`steady`), or none came about. */
  fell(link: Link, steady: boolean): void;
  /** The deployment will not have this session (42xx), or this client (43xx). */
  trouble(link: Link, code: number, why: string): void;
  badFrame(link: Link, why: string): void;
  count(link: Link, what: 'connects' | 'failedConnects' | 'deadLinks'): void;
}

export interface LinkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly turn: Turn;
  readonly hooks: LinkHooks;
  /** Frames beyond those that every client reads. */
  readonly shapes?: Shapes;
}

export class Link {
  readonly deployment: DeploymentName;
  readonly #parts: LinkParts;
  readonly #alarm: Alarm;
  readonly #backoff: Backoff;
  #urls: readonly string[];
  #urlAt = 0;
  #attempts = 0;
  #wanted = false;
  #state: State = { at: 'idle' };
  #notBefore = { soft: 0, floor: 0 };
  #health: LinkHealth = 'idle';
  // Liveness of the attempt that is up.
  #pending = new Map<Digest, number>();
  #heardAt = 0;
  #answeredAt = 0;
  #graceUntil = 0;
  #probeUntil = Number.POSITIVE_INFINITY;
  #error: { code: number; why: string; retryMs: number; at: number } | null = null;

  constructor(deployment: DeploymentName, urls: readonly string[], parts: LinkParts) {
    this.deployment = deployment;
    this.#urls = urls;
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, parts.turn, (late) => this.#ring(late));
    this.#backoff = new Backoff(parts.random);
  }

  get health(): LinkHealth {
    return this.#health;
  }

  get up(): boolean {
    return this.#state.at === 'up';
  }

  /** Up, and nothing speaks against it. */
  get usable(): boolean {
    return this.#health === 'up';
  }

  /** Number of the connection that is up; what was sent on an earlier one may be lost. 0 when none is. */
  get connection(): number {
    return this.#state.at === 'up' ? this.#state.attempt.number : 0;
  }

  get upSince(): number {
    return this.#state.at === 'up' ? this.#state.since : Number.POSITIVE_INFINITY;
  }

  /** Ms that this connection has been up; 0 when none is. */
  upFor(): number {
    return this.#state.at === 'up' ? this.#now() - this.#state.since : 0;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Mono ms of the last answer to a send on this connection; 0 when none came. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  get hasUrls(): boolean {
    return this.#urls.length > 0;
  }

  setUrls(urls: readonly string[]): void {
    this.#urls = urls;
    this.#urlAt = 0;
    if (this.#wanted && this.#state.at === 'resting') this.#rest();
  }

  /** Dial and stay connected, or let go. */
  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (!wanted) {
      this.#drop(CLOSED_BY_US, 'not needed');
      this.#become({ at: 'idle' }, 'not needed');
    } else if (this.#state.at === 'idle') this.#rest();
  }

  /** The network or the person came back: dial at once, or check that an open socket still lives. */
  wake(): void {
    const now = this.#now();
    if (this.#state.at === 'resting') {
      this.#notBefore = { soft: 0, floor: this.#notBefore.floor };
      this.#rest();
    } else if (this.#state.at === 'up' && now - this.#heardAt > this.#state.silenceMs / 2) {
      this.#probeUntil = Math.min(this.#probeUntil, now + GRACE_MS);
      this.#arm();
    }
  }

  /** This link is needed more than its back-off knows: dial soon, but not everybody in one moment. */
  hurry(): void {
    if (this.#state.at !== 'resting') return;
    const soon = this.#now() + this.#backoff.soon();
    if (soon > this.#notBefore.soft) return;
    this.#notBefore = { soft: soon, floor: this.#notBefore.floor };
    this.#rest();
  }

  /** Out of `refused`, with other credentials. */
  retry(): void {
    if (this.#state.at !== 'refused') return;
    this.#notBefore = { soft: 0, floor: 0 };
    this.#rest();
  }

  send(frame: ClientFrame): boolean {
    return this.#state.at === 'up' && this.#transmit(this.#state.attempt, frame);
  }

  /** An answer about this event must come, or the link is not alive. */
  expect(digest: Digest): void {
    this.#pending.delete(digest); // a second send stands last, by its own time
    this.#pending.set(digest, this.#now());
    this.#arm();
  }

  /** The node answered about this event: ms since it was sent, null when it was not sent here or answered before. */
  answered(digest: Digest): number | null {
    const sentAt = this.#pending.get(digest);
    if (sentAt === undefined) return null;
    this.#pending.delete(digest);
    this.#answeredAt = this.#now();
    this.#judge();
    return this.#answeredAt - sentAt;
  }

  /** Mono ms when the oldest unanswered send left; Infinity when none waits. */
  oldestPending(): number {
    for (const at of this.#pending.values()) return at; // insertion order
    return Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.want(false);
    this.#alarm.clear();
  }

  // ---- dialling ----

  #rest(): void {
    const until =
      this.#urls.length === 0
        ? Number.POSITIVE_INFINITY
        : Math.max(this.#notBefore.soft, this.#notBefore.floor);
    if (until <= this.#now()) return this.#dial();
    this.#become({ at: 'resting', until, floor: this.#notBefore.floor }, 'waiting to try again');
  }

  #dial(): void {
    const url = this.#urls[this.#urlAt % this.#urls.length] ?? '';
    const attempt: Attempt = { number: ++this.#attempts, url, since: this.#now(), channel: null };
    this.#error = null;
    this.#become({ at: 'opening', attempt }, url);
    attempt.channel = this.#parts.transport.open(url, {
      text: (frame) => this.#on(attempt, () => this.#text(attempt, frame)),
      closed: (code, why) => this.#on(attempt, () => this.#fell(code, why)),
    });
  }

  #on(attempt: Attempt, work: () => void): void {
    if (this.#attempt() === attempt) this.#parts.turn.run(work);
  }

  #attempt(): Attempt | null {
    return this.#state.at === 'opening' || this.#state.at === 'up' ? this.#state.attempt : null;
  }

  #text(attempt: Attempt, text: string): void {
    const frame = readNodeFrame(text, this.#parts.shapes);
    this.#heardAt = this.#now();
    this.#probeUntil = Number.POSITIVE_INFINITY;
    if (frame === null) return;
    if ('bad' in frame) return this.#parts.hooks.badFrame(this, frame.bad);
    if (frame.t === 'error')
      this.#error = {
        code: frame.code,
        why: frame.why,
        retryMs: frame.retry_ms ?? 0,
        at: this.#now(),
      };
    if (this.#state.at === 'opening') {
      if (frame.t === 'challenge') return this.#answerChallenge(attempt, frame);
      if (frame.t !== 'welcome') return;
      this.#welcome(attempt, frame);
    }
    this.#parts.hooks.frame(this, frame);
    this.#arm();
  }

  #answerChallenge(attempt: Attempt, challenge: NodeFrameOf<'challenge'>): void {
    const hello = this.#parts.hooks.hello(challenge, attempt.url, this);
    if (!(hello instanceof Promise)) return void this.#transmit(attempt, hello);
    hello.then(
      (frame) => this.#on(attempt, () => void this.#transmit(attempt, frame)),
      (error: unknown) => this.#on(attempt, () => this.#fall(0, `cannot sign: ${String(error)}`)),
    );
  }

  #transmit(attempt: Attempt, frame: ClientFrame): boolean {
    return attempt.channel?.send(JSON.stringify(frame)) ?? false;
  }

  #welcome(attempt: Attempt, frame: NodeFrameOf<'welcome'>): void {
    const now = this.#now();
    this.#pending.clear();
    this.#answeredAt = 0;
    this.#graceUntil = 0;
    this.#parts.hooks.count(this, 'connects');
    this.#become(
      { at: 'up', attempt, since: now, silenceMs: frame.heartbeat_ms * 2 + 1_000 },
      attempt.url,
    );
  }

  // ---- falling ----

  #fell(code: number, why: string): void {
    // An error frame says why, when the close that it announces could not; one of long ago was about something else.
    const error =
      this.#error !== null && this.#now() - this.#error.at < ERROR_MS ? this.#error : null;
    if (code < 4000 && error !== null) this.#fall(error.code, error.why, error.retryMs);
    else this.#fall(code, why || (error?.why ?? ''), error?.retryMs ?? 0);
  }

  // The connection is over, whoever ended it.
  #fall(code: number, why: string, retryMs = 0): void {
    const now = this.#now();
    const steady = this.#state.at === 'up' && now - this.#state.since >= STEADY_MS;
    if (this.#state.at === 'opening') this.#parts.hooks.count(this, 'failedConnects');
    this.#drop(CLOSED_BY_US, why);
    this.#urlAt = (this.#urlAt + 1) % Math.max(1, this.#urls.length);
    if (steady) this.#backoff.succeeded();
    const action = code >= 4000 ? clientAction(code) : 'retry';
    if (action === 'authenticate') {
      this.#become({ at: 'refused' }, why);
      this.#parts.hooks.trouble(this, code, why);
      return this.#parts.hooks.fell(this, steady);
    }
    const floor = action === 'give_up' ? Math.max(GIVEN_UP_MS, retryMs) : retryMs;
    this.#notBefore = { soft: now + this.#backoff.failed(floor), floor: now + floor };
    this.#become({ at: 'resting', until: this.#notBefore.soft, floor: this.#notBefore.floor }, why);
    if (action === 'give_up') this.#parts.hooks.trouble(this, code, why);
    this.#parts.hooks.fell(this, steady);
  }

  #drop(code: number, why: string): void {
    const attempt = this.#attempt();
    this.#state = { at: 'idle' }; // from here on the attempt's callbacks are late ones
    this.#pending.clear();
    this.#probeUntil = Number.POSITIVE_INFINITY;
    attempt?.channel?.close(code, why.slice(0, 60));
  }

  #die(why: string): void {
    this.#parts.hooks.count(this, 'deadLinks');
    this.#fall(0, why);
  }

  // ---- liveness ----

  #ring(late: number): void {
    const now = this.#now();
    if (late > LATE_MS) this.#graceUntil = now + GRACE_MS;
    if (this.#state.at === 'resting' && now >= this.#state.until) this.#dial();
    else if (
      this.#state.at === 'opening' &&
      now >= Math.max(this.#state.attempt.since + OPEN_MS, this.#graceUntil)
    )
      this.#fall(0, 'no welcome');
    else if (this.#state.at === 'up' && now >= this.#graceUntil) this.#judge();
    else this.#arm();
  }

  #judge(): void {
    if (this.#state.at !== 'up') return;
    const now = this.#now();
    if (now >= this.#probeUntil) return this.#die('silent after waking up');
    if (now >= this.#deadAt()) return this.#die('no acks');
    if (now >= this.#heardAt + this.#state.silenceMs) return this.#die('no heartbeats');
    this.#become(this.#state, 'acks');
  }

  #deadAt(): number {
    return Math.max(this.oldestPending(), this.#answeredAt) + DEAD_MS;
  }

  #due(): number {
    const state = this.#state;
    if (state.at === 'resting') return state.until;
    if (state.at === 'opening') return Math.max(state.attempt.since + OPEN_MS, this.#graceUntil);
    if (state.at !== 'up') return Number.POSITIVE_INFINITY;
    const suspectAt =
      this.#health === 'suspect' ? Number.POSITIVE_INFINITY : this.oldestPending() + SUSPECT_MS;
    const next = Math.min(
      this.#heardAt + state.silenceMs,
      suspectAt,
      this.#deadAt(),
      this.#probeUntil,
    );
    return Math.max(next, this.#graceUntil);
  }

  #arm(): void {
    this.#alarm.at(this.#due());
  }

  #become(state: State, why: string): void {
    this.#state = state;
    const health = this.#healthNow();
    const changed = health !== this.#health;
    this.#health = health;
    this.#arm();
    if (changed) this.#parts.hooks.health(this, health, why);
  }

  #healthNow(): LinkHealth {
    if (this.#state.at === 'opening') return 'connecting';
    if (this.#state.at !== 'up') return this.#state.at;
    return this.#now() >= this.oldestPending() + SUSPECT_MS ? 'suspect' : 'up';
  }

  #now(): number {
    return this.#parts.clock.mono();
  }
}
