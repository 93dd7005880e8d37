// Decisions asked for and not yet answered. An ask is idempotent by its rid, so it is repeated until somebody decides: over the
// carrier first, over the other link when that stays silent (its deployment may decide by itself when nobody else answers).

import { Alarm } from './alarm.ts';
import { AskRefused, type ChatId, type Clock, type Random } from './api.ts';
import { jitter } from './backoff.ts';
import {
  type AskWhat,
  type ClientAsk,
  Code,
  clientAction,
  type NodeFrameOf,
} from './gen/protocol.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Turn } from './turn.ts';
import type { Ulids } from './ulid.ts';

const SILENCE_MS = 2_500;
const PENDING_MS = 7_000; // renewed every 5 s while the decider works on it
const RETRY_MS = 500;

interface OpenAsk {
  readonly frame: ClientAsk;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
  /** The connections it went over. */
  readonly sent: Map<Link, number>;
  due: number;
  turnTo: Link | null;
}

export interface AskParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly turn: Turn;
  readonly links: Links;
  readonly ulids: Ulids;
  exchange(link: Link, chat: ChatId): void;
}

export class Asks {
  readonly #parts: AskParts;
  readonly #alarm: Alarm;
  readonly #open = new Map<string, OpenAsk>();

  constructor(parts: AskParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, parts.turn, () => {}); // the end of the turn pumps
  }

  ask(chat: ChatId, what: AskWhat, covers: readonly string[], to?: string): Promise<void> {
    const frame: ClientAsk = {
      t: 'ask',
      rid: this.#parts.ulids.next(),
      chat,
      what,
      ...(covers.length > 0 && { covers }),
      ...(to !== undefined && { to }),
    };
    const answer = new Promise<void>((done, failed) => {
      this.#open.set(frame.rid, { frame, done, failed, sent: new Map(), due: 0, turnTo: null });
    });
    answer.catch(() => {}); // a caller that does not look is no crash
    return answer;
  }

  /** Sends what is due. */
  pump(): void {
    const now = this.#parts.clock.mono();
    let next = Number.POSITIVE_INFINITY;
    for (const ask of this.#open.values()) {
      if (ask.due <= now || this.#cutOff(ask)) this.#send(ask, now);
      next = Math.min(next, ask.due);
    }
    this.#alarm.at(next);
  }

  // Every connection that it went over is gone.
  #cutOff(ask: OpenAsk): boolean {
    return (
      ask.sent.size > 0 &&
      [...ask.sent].every(([link, connection]) => link.connection !== connection)
    );
  }

  #send(ask: OpenAsk, now: number): void {
    const carrier = this.#parts.links.carrier();
    const link = ask.turnTo?.up ? ask.turnTo : carrier;
    ask.sent.clear();
    ask.due = now + (link === null ? RETRY_MS : SILENCE_MS);
    if (link === null) return;
    link.send(ask.frame);
    ask.sent.set(link, link.connection);
    const other = this.#parts.links.other(link);
    ask.turnTo = other.up ? other : null;
  }

  pending(frame: NodeFrameOf<'pending'>): void {
    const ask = this.#open.get(frame.rid);
    if (ask !== undefined) ask.due = this.#parts.clock.mono() + PENDING_MS;
  }

  decided(link: Link, frame: NodeFrameOf<'decided'>): void {
    const ask = this.#open.get(frame.rid);
    if (ask === undefined) return;
    const code = frame.code ?? Code.bad_frame;
    if (frame.ok) ask.done();
    else if (clientAction(code) === 'give_up' || clientAction(code) === 'authenticate')
      ask.failed(new AskRefused(code, frame.why ?? ''));
    else return this.#again(ask, link, code);
    this.#open.delete(frame.rid);
  }

  #again(ask: OpenAsk, link: Link, code: number): void {
    if (code === Code.unknown_chat) this.#parts.exchange(link, ask.frame.chat);
    ask.due = this.#parts.clock.mono() + RETRY_MS + jitter(this.#parts.random, RETRY_MS);
  }

  close(): void {
    this.#alarm.clear();
    for (const ask of this.#open.values())
      ask.failed(new AskRefused(Code.going_away, 'the client was closed'));
    this.#open.clear();
  }
}
