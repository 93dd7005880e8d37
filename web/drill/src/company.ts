// The people of a drill as a company: visitors who chat with operators, for as long as it takes, and what their clients count.

import type { Client, SignIn, Stats } from '@holdfast/core';
import type { Habits, Venue } from './clients.ts';
import { Ledger, type Spoken } from './ledger.ts';
import { Operator, type Town, Visitor } from './people.ts';
import { pause } from './process.ts';

/** Where people meet, and who answers there. */
export interface Ground extends Venue {
  readonly signIns: readonly SignIn[];
}

export interface CompanySize {
  readonly chats: number;
  readonly operators: number;
}

export class Company {
  readonly ledger = new Ledger();
  readonly town: Town;
  readonly operators: readonly Operator[];
  readonly visitors: readonly Visitor[];
  readonly #signIns: readonly SignIn[];

  constructor(ground: Ground, size: CompanySize, habits: Habits) {
    const { signIns, ...venue } = ground;
    this.#signIns = signIns;
    this.town = { ...venue, habits, ledger: this.ledger, now: () => performance.now() };
    this.operators = Array.from(
      { length: size.operators },
      (_, i) => new Operator(this.town, `operator ${i + 1}`),
    );
    this.visitors = Array.from(
      { length: size.chats },
      (_, i) => new Visitor(this.town, i + 1, this.operatorOf(i + 1).name),
    );
  }

  get people(): number {
    return this.visitors.length * 2;
  }

  get clients(): readonly Client[] {
    return [...this.visitors.map((v) => v.client), ...this.operators.map((o) => o.client)];
  }

  /** Who answers a chat, numbered from 1. */
  operatorOf(chat: number): Operator {
    return this.operators[chat % this.operators.length] as Operator;
  }

  /** Signs in, opens every chat and has it accepted. */
  async assemble(progress: (line: string) => void): Promise<void> {
    await Promise.all(
      this.operators.map((operator, i) => operator.arrive(this.#signIns[i] as SignIn)),
    );
    progress(`${this.operators.length} operators have signed in`);
    const chats = this.visitors.length;
    for (let chat = 1; chat <= chats; chat += 1) this.operatorOf(chat).answers(chat);
    await Promise.all(this.visitors.map((visitor) => visitor.arrive()));
    const held = () => this.operators.reduce((sum, operator) => sum + operator.held, 0);
    await waitFor(
      () => held() === chats,
      20_000,
      () => `only ${held()} of ${chats} chats were accepted`,
    );
    progress(`${chats} chats are open`);
  }

  /** `person` from 0: the even ones are visitors, the odd ones those who answer them. */
  say(person: number, intendedAt: number): void {
    const visitor = this.visitors[person >> 1];
    if (visitor === undefined || visitor.gone) return;
    const chat = (person >> 1) + 1;
    const answering = () => this.operatorOf(chat).speakers.get(chat);
    const speaker = person % 2 === 0 ? visitor.speaker : answering();
    speaker?.say(intendedAt);
  }

  /** Until every screen has everything and every outbox is safe; false when that takes longer. */
  async settle(timeoutMs: number): Promise<boolean> {
    const done = () => this.ledger.lost().length === 0 && this.unsafe === 0;
    return waitFor(done, timeoutMs).then(
      () => true,
      () => false,
    );
  }

  /** Own messages that are not yet in both deployments, of those who are here. */
  get unsafe(): number {
    const gone = new Set(this.visitors.filter((v) => v.gone).map((v) => v.client));
    const here = this.clients.filter((client) => !gone.has(client));
    return here.reduce((sum, client) => sum + client.connection.get().unsafe, 0);
  }

  total(...of: readonly (keyof Stats)[]): number {
    return this.clients.reduce(
      (sum, client) => sum + of.reduce((own, what) => own + client.stats[what], 0),
      0,
    );
  }

  leave(): void {
    for (const client of this.clients) client.close();
  }
}

/** In ms, from the moment at which it was meant to be said; infinite when nobody has seen it. */
export function delayOf(message: Spoken): number {
  return (message.seenAt ?? Number.POSITIVE_INFINITY) - message.intendedAt;
}

export async function waitFor(
  done: () => boolean,
  timeoutMs: number,
  why: () => string = () => 'timed out',
): Promise<void> {
  const limit = performance.now() + timeoutMs;
  while (!done()) {
    if (performance.now() > limit) throw new Error(why());
    await pause(20);
  }
}
