// The people of a drill: visitors and operators, each on the real client core over real sockets.

import { type ChatView, type Client, type SignedIn, type SignIn, signIn } from '@holdfast/core';
import { nodeSeams } from '@holdfast/core/node';
import { type Habits, operatorClient, type Venue, visitorClient } from './clients.ts';
import type { Ledger } from './ledger.ts';
import { pause } from './process.ts';
import { Reach } from './reach.ts';

export interface Town extends Venue {
  readonly habits: Habits;
  readonly ledger: Ledger;
  readonly now: () => number;
}

/** One side of one conversation: says things at intended moments, hears what its screen shows. */
export class Speaker {
  readonly #town: Town;
  readonly #client: Client;
  readonly #chat: number;
  readonly #chatId: () => string | undefined;
  readonly name: string;
  readonly other: string;
  #nth = 0;
  #heard = 0;

  constructor(
    town: Town,
    client: Client,
    chat: number,
    name: string,
    other: string,
    chatId: () => string | undefined,
  ) {
    this.#town = town;
    this.#client = client;
    this.#chat = chat;
    this.#chatId = chatId;
    this.name = name;
    this.other = other;
  }

  say(intendedAt: number): void {
    const chatId = this.#chatId();
    if (chatId === undefined) throw new Error(`${this.name} has no chat to speak in`);
    this.#nth += 1;
    const text = `${this.name} in chat ${this.#chat}: line ${this.#nth}`;
    this.#town.ledger.say({
      text,
      chat: this.#chat,
      by: this.name,
      to: this.other,
      nth: this.#nth,
      heard: this.#heard,
      intendedAt,
    });
    this.#client.send(chatId, text);
  }

  /** Shows a state of the chat to this person. */
  show(view: ChatView): void {
    const texts: string[] = [];
    for (const message of view.messages) {
      if (message.kind !== 'message') continue;
      texts.push(message.text);
      if (!message.mine)
        this.#heard = Math.max(this.#heard, Number(message.text.split('line ')[1]));
    }
    this.#town.ledger.screen(this.name, this.#chat, texts, this.#town.now());
  }
}

export class Visitor {
  readonly client: Client;
  readonly name: string;
  readonly speaker: Speaker;
  readonly #town: Town;
  #chatId: string | undefined;
  #last: ChatView | undefined;
  #gone = false;

  constructor(town: Town, chat: number, operator: string) {
    this.#town = town;
    this.name = `visitor ${chat}`;
    this.client = visitorClient(town, town.habits);
    this.speaker = new Speaker(town, this.client, chat, this.name, operator, () => this.#chatId);
    this.client.chats.subscribe((chats) => {
      const view = this.#chatId === undefined ? undefined : chats.get(this.#chatId);
      if (view === undefined || view === this.#last) return;
      this.#last = view;
      this.speaker.show(view);
    });
  }

  async arrive(): Promise<void> {
    await this.client.start();
    this.#chatId = this.client.openChat({ name: this.name });
  }

  get chat(): ChatView | undefined {
    return this.#last;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Says one thing more, and is gone for good as soon as somebody has it: what this browser kept goes with it. */
  async sayAndLeave(): Promise<void> {
    this.#gone = true;
    // What the other one has just said arrives first.
    await pause(500);
    this.speaker.say(this.#town.now());
    await new Promise<void>((resolve) => {
      const watched = this.client.chats.subscribe(() => {
        const said = this.#last?.messages.filter(({ mine }) => mine).at(-1);
        if (said === undefined || said.state === 'waiting') return;
        // Not in the middle of its own turn.
        setImmediate(() => {
          watched();
          this.client.close();
          resolve();
        });
      });
    });
  }
}

/** Answers the chats that were meant for it, eight at once if need be. */
export class Operator {
  readonly name: string;
  readonly speakers = new Map<number, Speaker>();
  readonly reach = new Reach();
  readonly #town: Town;
  readonly #chatIds = new Map<number, string>();
  readonly #shown = new Map<string, ChatView>();
  readonly #accepting = new Set<string>();
  #client: Client | undefined;

  constructor(town: Town, id: string) {
    this.#town = town;
    this.name = id;
  }

  get arrived(): boolean {
    return this.#client !== undefined;
  }

  get client(): Client {
    if (!this.#client) throw new Error(`${this.name} has not signed in`);
    return this.#client;
  }

  /** The session may be used again, see arriveAgain(). */
  async arrive(who: SignIn): Promise<SignedIn> {
    const { primary, redundant } = this.#town.urls;
    const { http } = nodeSeams({ origin: this.#town.consoleOrigin });
    const session = await signIn(http, [...primary, ...redundant], who);
    await this.arriveAgain(session);
    return session;
  }

  async arriveAgain(session: SignedIn): Promise<void> {
    this.#client = operatorClient(this.#town, this.#town.habits, session, this.reach);
    this.#client.chats.subscribe((chats) => {
      for (const view of chats.values()) this.#look(view);
    });
    await this.#client.start();
  }

  answers(chat: number): void {
    this.speakers.set(
      chat,
      new Speaker(this.#town, this.client, chat, this.name, `visitor ${chat}`, () =>
        this.#chatIds.get(chat),
      ),
    );
  }

  /** Chats that it was meant to answer and has. */
  get held(): number {
    return [...this.speakers.keys()].filter((chat) => this.#chatIds.has(chat)).length;
  }

  #look(view: ChatView): void {
    if (this.#shown.get(view.id) === view) return;
    this.#shown.set(view.id, view);
    const chat = Number(String(view.opening.name ?? '').split('visitor ')[1]);
    const speaker = this.speakers.get(chat);
    if (!speaker) return;
    if (view.state === 'queued' && !this.#accepting.has(view.id)) {
      this.#accepting.add(view.id);
      // Asked again by the core until it is decided; a refusal shows as a chat that nobody holds.
      this.client.accept(view.id).catch(() => this.#accepting.delete(view.id));
    }
    if (view.state === 'assigned' && view.operator === this.client.author)
      this.#chatIds.set(chat, view.id);
    speaker.show(view);
  }
}
