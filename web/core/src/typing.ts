// Who is typing. A signal, not an event: never stored, forgotten by itself, sent seldom.

import { Alarm } from './alarm.ts';
import type { ChatId, Clock } from './api.ts';
import type { Links } from './links.ts';
import type { Turn } from './turn.ts';

const REPEAT_MS = 2_500;
const FORGET_MS = 6_000;

export interface TypingParts {
  readonly clock: Clock;
  readonly turn: Turn;
  readonly links: Links;
  changed(chat: ChatId): void;
}

export class Typing {
  readonly #parts: TypingParts;
  readonly #alarm: Alarm;
  readonly #told = new Map<ChatId, number>();
  readonly #heard = new Map<ChatId, Map<string, number>>();

  constructor(parts: TypingParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, parts.turn, () => this.#forget());
  }

  /** We type, or no longer do. */
  tell(chat: ChatId, on: boolean): void {
    const now = this.#parts.clock.mono();
    const told = this.#told.get(chat);
    if (on ? told !== undefined && now < told + REPEAT_MS : told === undefined) return;
    if (on) this.#told.set(chat, now);
    else this.#told.delete(chat);
    this.#parts.links.carrier()?.send({ t: 'signal', chat, what: 'typing', on });
  }

  hear(chat: ChatId, from: string, on: boolean): void {
    const heard = this.#heard.get(chat) ?? new Map<string, number>();
    this.#heard.set(chat, heard);
    if (on) heard.set(from, this.#parts.clock.mono() + FORGET_MS);
    else heard.delete(from);
    this.#parts.changed(chat);
    this.#arm();
  }

  who(chat: ChatId): readonly string[] {
    return [...(this.#heard.get(chat)?.keys() ?? [])];
  }

  close(): void {
    this.#alarm.clear();
  }

  #forget(): void {
    const now = this.#parts.clock.mono();
    for (const [chat, heard] of this.#heard) {
      for (const [from, until] of heard) if (until <= now) heard.delete(from);
      if (heard.size === 0) this.#heard.delete(chat);
      this.#parts.changed(chat);
    }
    this.#arm();
  }

  #arm(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const heard of this.#heard.values())
      for (const until of heard.values()) next = Math.min(next, until);
    this.#alarm.at(next);
  }
}
