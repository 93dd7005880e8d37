// Two people who write to each other without a pause, over the same client core as everybody: what they see of a fault is what
// the page plots. They say something when it is due, whether or not anything works then (open loop).

import type { SignedIn, SignIn } from '@holdfast/core';
import { Ledger, type Spoken } from '../ledger.ts';
import { Operator, type Town, Visitor } from '../people.ts';
import { pause } from '../process.ts';

/** Between two messages of the pair; they take turns. */
const everyMs = 125;
/** A long transcript costs everybody more: they begin a new chat after so many messages. */
const messagesPerChat = 240;
/** A message counts as gone when it is in no outbox any more and was not seen for this long: the bound of design §12, 5. */
const patienceMs = 30_000;
/** Moments that passed while this process stood still are not made up for. */
const lateMs = 2_000;

export interface PulseHooks {
  said(message: Spoken): void;
  seen(message: Spoken): void;
  doubled(): void;
  reordered(): void;
  /** Nobody looks at this chat any more. */
  over(chat: number): void;
}

export type PulseTown = Omit<Town, 'ledger' | 'habits'>;

export class Pulse {
  readonly #town: Town;
  readonly #who: SignIn;
  readonly #hooks: PulseHooks;
  readonly #ledger: Ledger;
  #session: SignedIn | undefined;
  #pair: Pair | undefined;
  #opening = false;
  #pairs = new Set<Pair>();
  #chats = 0;
  #running = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(town: PulseTown, who: SignIn, hooks: PulseHooks) {
    this.#ledger = new Ledger({
      said: hooks.said,
      seen: hooks.seen,
      fault(kind) {
        if (kind === 'doubled') hooks.doubled();
        // Words that nobody said stand where nothing should stand: the worst of all orders.
        else hooks.reordered();
      },
    });
    this.#town = { ...town, ledger: this.#ledger, habits: {} };
    this.#who = who;
    this.#hooks = hooks;
  }

  /** Resolves when the two have met. */
  async start(): Promise<void> {
    this.#pair = await this.#meet();
    this.run(true);
  }

  /** They write, or they rest: nobody needs figures that nobody looks at. */
  run(on: boolean): void {
    if (this.#closed || on === this.#running) return;
    this.#running = on;
    clearTimeout(this.#timer);
    if (on) this.#next(this.#town.now(), 0);
  }

  close(): void {
    this.#closed = true;
    this.#running = false;
    clearTimeout(this.#timer);
    for (const pair of this.#pairs) pair.close();
    this.#pairs.clear();
  }

  #next(due: number, turn: number): void {
    const now = this.#town.now();
    if (now >= due) {
      if (now - due <= lateMs) this.#speak(turn, due);
      const missed = Math.max(0, Math.floor((now - due - lateMs) / everyMs));
      this.#next(due + (missed + 1) * everyMs, turn + 1);
      return;
    }
    this.#timer = setTimeout(() => this.#next(due, turn), due - now);
  }

  #speak(turn: number, due: number): void {
    const pair = this.#pair;
    if (!pair) return;
    pair.speak(turn % 2 === 0 ? 'visitor' : 'operator', due);
    if (pair.said >= messagesPerChat && !this.#opening) void this.#moveOn(pair);
  }

  /** The next chat is open before the last one ends, so that there is no moment without a message. */
  async #moveOn(from: Pair): Promise<void> {
    this.#opening = true;
    try {
      this.#pair = await this.#meet();
      await this.#retire(from);
    } catch {
      // Nothing answers: they stay in the chat that they have, and try again after its next message.
      await pause(1_000);
    } finally {
      this.#opening = false;
    }
  }

  async #meet(): Promise<Pair> {
    this.#chats += 1;
    const pair = new Pair(this.#town, this.#chats);
    this.#pairs.add(pair);
    try {
      this.#session = await pair.meet(this.#session ?? this.#who);
      return pair;
    } catch (error) {
      this.#session = undefined; // it may have ended; the next pair signs in again
      this.#pairs.delete(pair);
      pair.close();
      throw error;
    }
  }

  async #retire(pair: Pair): Promise<void> {
    const { chat } = pair;
    const open = () => this.#ledger.lost().some((message) => message.chat === chat);
    let since = this.#town.now();
    while (!this.#closed && open() && this.#town.now() - since < patienceMs) {
      if (pair.unsafe > 0) since = this.#town.now();
      await pause(200);
    }
    await pair.end();
    this.#pairs.delete(pair);
    this.#ledger.forget(chat);
    this.#hooks.over(chat);
  }
}

/** A visitor, an operator and their chat. */
class Pair {
  readonly chat: number;
  readonly #visitor: Visitor;
  readonly #operator: Operator;
  said = 0;

  constructor(town: Town, chat: number) {
    this.chat = chat;
    this.#operator = new Operator(town, 'pulse');
    this.#visitor = new Visitor(town, chat, 'pulse');
  }

  /** Resolves with a session that the next pair can use. */
  async meet(as: SignIn | SignedIn): Promise<SignedIn> {
    let session: SignedIn;
    if ('token' in as) {
      session = as;
      await this.#operator.arriveAgain(session);
    } else {
      session = await this.#operator.arrive(as);
    }
    this.#operator.answers(this.chat);
    await this.#visitor.arrive();
    const until = performance.now() + 20_000;
    while (this.#operator.held === 0) {
      if (performance.now() > until) throw new Error('nobody accepted the chat of the pair');
      await pause(20);
    }
    return session;
  }

  speak(who: 'visitor' | 'operator', due: number): void {
    this.said += 1;
    const speaker =
      who === 'visitor' ? this.#visitor.speaker : this.#operator.speakers.get(this.chat);
    speaker?.say(due);
  }

  /** Messages of either that are not yet in both deployments. */
  get unsafe(): number {
    return (
      this.#visitor.client.connection.get().unsafe + this.#operator.client.connection.get().unsafe
    );
  }

  async end(): Promise<void> {
    const id = this.#visitor.chat?.id;
    // As polite as it gets: where nobody answers, the chat stays open and nobody is hurt.
    const closed = id === undefined ? undefined : this.#visitor.client.closeChat(id);
    await Promise.race([closed?.catch(() => undefined), pause(10_000)]);
    this.close();
  }

  close(): void {
    this.#visitor.client.close();
    if (this.#operator.arrived) this.#operator.client.close();
  }
}
