// Visitors who come while things break: somebody has to take their chats, whichever deployment decides.

import type { ChatId, ChatView, Client } from '@holdfast/core';
import { visitorClient } from '../clients.ts';
import type { Company } from '../company.ts';
import type { Operator } from '../people.ts';
import type { Newcomers } from './outcome.ts';

interface Newcomer {
  readonly client: Client;
  readonly cameAt: number;
  servedMs: number | null;
  /** Their chat is closed. */
  done: boolean;
}

export interface DoorbellOptions {
  readonly everyMs: number;
  /** Two operators reach for whoever comes, at the same moment; otherwise the first one does. */
  readonly contested: boolean;
}

export class Doorbell {
  readonly #company: Company;
  readonly #all: Newcomer[] = [];
  readonly #granted = new Map<ChatId, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(company: Company, { everyMs, contested }: DoorbellOptions) {
    this.#company = company;
    this.#timer = setInterval(() => void this.#come(), everyMs);
    const [first, second] = company.operators;
    if (first === undefined || second === undefined) throw new Error('a company of less than two');
    this.#unsubscribe = contested
      ? // Who hears of a chat over the nearer data centre waits for the other one.
        [this.#greet(first, contestedAfterMs), this.#greet(second, 0)]
      : [this.#greet(first, 0)];
  }

  stopComing(): void {
    clearInterval(this.#timer);
  }

  get found(): Newcomers {
    const waits = this.#all.flatMap(({ servedMs }) => (servedMs === null ? [] : [servedMs]));
    const contested = [...this.#granted.values()].filter((times) => times > 1);
    return {
      came: this.#all.length,
      served: waits.length,
      longestMs: Math.max(0, ...waits),
      grantedTwice: contested.length,
    };
  }

  get allServed(): boolean {
    return this.#all.every(({ servedMs }) => servedMs !== null);
  }

  leave(): void {
    this.stopComing();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const { client } of this.#all) client.close();
  }

  async #come(): Promise<void> {
    const { town } = this.#company;
    const client = visitorClient(town, town.habits);
    const newcomer: Newcomer = { client, cameAt: performance.now(), servedMs: null, done: false };
    this.#all.push(newcomer);
    const watched = client.chats.subscribe((chats) => {
      for (const chat of chats.values()) this.#look(newcomer, chat);
    });
    const counted = client.connection.subscribe(({ unsafe }) => {
      // Nothing of theirs is kept in this browser alone: they may go. Not in the middle of its own turn.
      if (!newcomer.done || unsafe > 0) return;
      watched();
      counted();
      setImmediate(() => client.close());
    });
    await client.start();
    client.openChat({ name: newcomerName });
  }

  /** Served, they say goodbye: an operator does not keep chats that nobody needs. */
  #look(newcomer: Newcomer, chat: ChatView): void {
    if (chat.state === 'assigned' && newcomer.servedMs === null) {
      newcomer.servedMs = performance.now() - newcomer.cameAt;
      newcomer.client.closeChat(chat.id).catch(() => undefined);
    }
    if (chat.state === 'closed') newcomer.done = true;
  }

  #greet({ client }: Operator, afterMs: number): () => void {
    const accepting = new Set<ChatId>();
    const accept = (chat: ChatId) =>
      client.accept(chat).then(
        () => this.#granted.set(chat, (this.#granted.get(chat) ?? 0) + 1),
        () => accepting.delete(chat),
      );
    return client.chats.subscribe((chats) => {
      for (const chat of chats.values()) {
        if (chat.state !== 'queued' || chat.opening.name !== newcomerName) continue;
        if (accepting.has(chat.id)) continue;
        accepting.add(chat.id);
        if (afterMs === 0) void accept(chat.id);
        else setTimeout(() => void accept(chat.id), afterMs);
      }
    });
  }
}

const newcomerName = 'somebody new';
/** One way between the data centres. */
const contestedAfterMs = 40;
