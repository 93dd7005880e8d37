// What was meant to be said, what was said, and what every screen showed: the judge of a drill.
//
// A message is intended at a moment of the schedule, whether or not anything works then (open loop); its delay runs from that
// moment until the other party's screen shows it. The judge looks at every state of every screen, not only at the last one.

export type PersonId = string;

export interface Spoken {
  readonly text: string;
  readonly chat: number;
  readonly by: PersonId;
  readonly to: PersonId;
  /** 1, 2, 3… among this person's messages in this chat. */
  readonly nth: number;
  /** How many messages of the other party were on the author's screen when it was said. */
  readonly heard: number;
  readonly intendedAt: number;
  seenAt?: number;
}

export interface Faults {
  doubled: number;
  reordered: number;
  forged: number;
}

export interface LedgerHooks {
  said?(message: Spoken): void;
  /** The other party's screen shows it for the first time. */
  seen?(message: Spoken): void;
  fault?(kind: keyof Faults): void;
}

export class Ledger {
  readonly #hooks: LedgerHooks;
  readonly #spoken = new Map<string, Spoken>();
  readonly #screens = new Map<string, readonly string[]>();
  readonly #complaints: string[] = [];
  readonly faults: Faults = { doubled: 0, reordered: 0, forged: 0 };

  constructor(hooks: LedgerHooks = {}) {
    this.#hooks = hooks;
  }

  get spoken(): readonly Spoken[] {
    return [...this.#spoken.values()];
  }

  get complaints(): readonly string[] {
    return this.#complaints;
  }

  say(message: Spoken): void {
    this.#spoken.set(message.text, message);
    this.#hooks.said?.(message);
  }

  /** Nobody looks at this chat any more: for judges that never end. */
  forget(chat: number): void {
    for (const [text, message] of this.#spoken)
      if (message.chat === chat) this.#spoken.delete(text);
    for (const key of this.#screens.keys())
      if (key.startsWith(`${chat} `)) this.#screens.delete(key);
  }

  /** A person's screen of a chat changed to these texts, top to bottom, at `now`. */
  screen(person: PersonId, chat: number, texts: readonly string[], now: number): void {
    this.#screens.set(`${chat} ${person}`, texts);
    const shown = new Set<string>();
    const positions = new Map<PersonId, number>();
    for (const text of texts) {
      const message = this.#spoken.get(text);
      if (!message || message.chat !== chat) {
        this.#complain('forged', `${person} sees "${text}", which nobody said in chat ${chat}`);
        continue;
      }
      if (shown.has(text)) this.#complain('doubled', `${person} sees "${text}" twice`);
      shown.add(text);
      this.#checkOrder(person, message, positions);
      if (message.to === person && message.seenAt === undefined) {
        message.seenAt = now;
        this.#hooks.seen?.(message);
      }
    }
  }

  #checkOrder(person: PersonId, message: Spoken, lastOf: Map<PersonId, number>): void {
    if (message.nth <= (lastOf.get(message.by) ?? 0)) {
      this.#complain(
        'reordered',
        `${person} sees "${message.text}" after a later one of the same author`,
      );
    }
    lastOf.set(message.by, message.nth);
    // Whatever the author had heard must stand above; a hole may still be filled above, never below.
    lastOf.set(
      `heard by ${message.by}`,
      Math.max(message.heard, lastOf.get(`heard by ${message.by}`) ?? 0),
    );
    const alreadyAnswered = lastOf.get(`heard by ${message.to}`) ?? 0;
    if (message.nth <= alreadyAnswered) {
      this.#complain('reordered', `${person} sees "${message.text}" below an answer to it`);
    }
  }

  #complain(kind: keyof Faults, words: string): void {
    this.faults[kind] += 1;
    this.#hooks.fault?.(kind);
    if (this.#complaints.length < 50) this.#complaints.push(`${kind}: ${words}`);
  }

  /** Said, but missing on a screen of its chat at the end. */
  lost(): Spoken[] {
    return this.spoken.filter((message) =>
      [message.by, message.to].some(
        (person) => !this.#screenOf(message.chat, person).includes(message.text),
      ),
    );
  }

  /** Chats whose two screens differ at the end. */
  differing(): number[] {
    const chats = new Set(this.spoken.map((message) => message.chat));
    return [...chats].filter((chat) => {
      const screens = [...this.#screens]
        .filter(([key]) => key.startsWith(`${chat} `))
        .map(([, texts]) => texts.join('\n'));
      return new Set(screens).size > 1;
    });
  }

  #screenOf(chat: number, person: PersonId): readonly string[] {
    return this.#screens.get(`${chat} ${person}`) ?? [];
  }
}
