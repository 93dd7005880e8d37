// Chats that this operator looks at although they are not theirs: closed ones, and others'. A node shows them for as long as the link
// lasts, so the look is repeated on whichever link carries then.

import { Alarm } from '../alarm.ts';
import { AskRefused, type ChatId } from '../api.ts';
import type { Insides } from '../extension.ts';
import { Code, type NodeChat, type NodeError } from '../gen/protocol.ts';
import type { Link } from '../link.ts';

const SILENCE_MS = 2_500;
const RETRY_MS = 500;
const REFUSALS: ReadonlySet<number> = new Set([Code.not_allowed, Code.not_found, Code.too_many]);

interface Look {
  readonly chat: ChatId;
  /** Events of it were here before anybody looked. */
  readonly heldBefore: boolean;
  readonly answer: Promise<void>;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
  link: Link | null;
  connection: number;
  answered: boolean;
  due: number;
}

export class Looks {
  readonly #insides: Insides;
  readonly #alarm: Alarm;
  readonly #looks = new Map<ChatId, Look>();

  constructor(insides: Insides) {
    this.#insides = insides;
    this.#alarm = new Alarm(insides.clock, insides.turn, () => {}); // the end of the turn pumps
  }

  has(chat: ChatId): boolean {
    return this.#looks.has(chat);
  }

  look(chat: ChatId): Promise<void> {
    const known = this.#looks.get(chat);
    if (known !== undefined) return known.answer;
    let done = () => {};
    let failed: (error: Error) => void = () => {};
    const answer = new Promise<void>((resolve, reject) => {
      done = resolve;
      failed = reject;
    });
    answer.catch(() => {}); // a caller that does not look is no crash
    const heldBefore = (this.#insides.chats.get(chat)?.size ?? 0) > 0;
    const asked = { link: null, connection: 0, answered: false, due: 0 };
    this.#looks.set(chat, { chat, heldBefore, answer, done, failed, ...asked });
    return answer;
  }

  /** What was held only to be looked at is held no longer. */
  lookAway(chat: ChatId): void {
    const look = this.#looks.get(chat);
    if (look === undefined) return;
    this.#looks.delete(chat);
    look.done();
    if (look.link?.up) look.link.send({ t: 'look', chat, on: false });
    this.#letGo(look);
  }

  #letGo({ chat, heldBefore }: Look): void {
    const { chats, ledger, author } = this.#insides;
    const set = chats.get(chat);
    if (set === undefined) return;
    const { state, operator } = set.routing();
    if (state === 'assigned' && operator !== author)
      ledger.line({ chat, state, operator, gone: true }, 'node');
    else if (state === 'closed' && !heldBefore) ledger.drop(chat);
  }

  pump(): void {
    const now = this.#insides.clock.mono();
    let next = Number.POSITIVE_INFINITY;
    for (const look of this.#looks.values()) {
      const cutOff =
        look.link !== null && (!look.link.up || look.link.connection !== look.connection);
      if (cutOff) look.answered = false;
      if (!look.answered && (look.due <= now || cutOff)) this.#send(look, now);
      if (!look.answered) next = Math.min(next, look.due);
    }
    this.#alarm.at(next);
  }

  #send(look: Look, now: number): void {
    const { links } = this.#insides;
    const other = look.link === null ? null : links.other(look.link);
    const link = other?.up ? other : links.carrier();
    look.link = link;
    look.due = now + (link === null ? RETRY_MS : SILENCE_MS);
    if (link === null) return;
    link.send({ t: 'look', chat: look.chat, on: true });
    look.connection = link.connection;
  }

  chat(link: Link, { chat, gone }: NodeChat): void {
    const look = this.#looks.get(chat);
    if (look === undefined || look.link !== link) return;
    if (gone === true) {
      // Whoever showed it shows it no longer: the role changed, or the chat did.
      if (look.answered) this.#looks.delete(chat);
      return;
    }
    look.answered = true;
    look.done();
  }

  /** An error is about the look that it names; where it names none, about the oldest that has no answer, because a link answers in order. */
  refused(link: Link, { code, why }: NodeError): void {
    if (!REFUSALS.has(code) || why.startsWith('find:')) return;
    const open = [...this.#looks.values()].filter((look) => look.link === link && !look.answered);
    const look = open.find(({ chat }) => why.includes(chat)) ?? open[0];
    if (look === undefined) return;
    this.#looks.delete(look.chat);
    look.failed(new AskRefused(code, why));
  }

  close(): void {
    this.#alarm.clear();
    for (const look of this.#looks.values())
      look.failed(new AskRefused(Code.going_away, 'the client was closed'));
    this.#looks.clear();
  }
}
