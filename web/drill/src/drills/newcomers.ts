// Visitors who come while things break: somebody has to take their chats, whichever deployment decides.

import type { ChatView, Client } from '@holdfast/core';
import { visitorClient } from '../clients.ts';
import type { Company } from '../company.ts';
import type { Newcomers } from './outcome.ts';

interface Newcomer {
  readonly client: Client;
  readonly cameAt: number;
  servedMs: number | null;
  /** Their chat is closed. */
  done: boolean;
}

export class Doorbell {
  readonly #company: Company;
  readonly #all: Newcomer[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  /** The first operator takes whoever comes. */
  constructor(company: Company, everyMs: number) {
    this.#company = company;
    this.#timer = setInterval(() => void this.#come(), everyMs);
    this.#unsubscribe = this.#greet();
  }

  stopComing(): void {
    clearInterval(this.#timer);
  }

  get found(): Newcomers {
    const waits = this.#all.flatMap(({ servedMs }) => (servedMs === null ? [] : [servedMs]));
    return { came: this.#all.length, served: waits.length, longestMs: Math.max(0, ...waits) };
  }

  get allServed(): boolean {
    return this.#all.every(({ servedMs }) => servedMs !== null);
  }

  leave(): void {
    this.stopComing();
    this.#unsubscribe();
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

  #greet(): () => void {
    const [host] = this.#company.operators;
    if (host === undefined) throw new Error('a company without operators');
    const accepting = new Set<string>();
    return host.client.chats.subscribe((chats) => {
      for (const chat of chats.values()) {
        if (chat.state !== 'queued' || chat.opening.name !== newcomerName) continue;
        if (accepting.has(chat.id)) continue;
        accepting.add(chat.id);
        host.client.accept(chat.id).catch(() => accepting.delete(chat.id));
      }
    });
  }
}

const newcomerName = 'somebody new';
