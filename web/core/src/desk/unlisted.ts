// Chats that this console holds and its hello had no room for. Lists of them are exchanged after the welcome, a few with each beat, so that
// it hears what was erased of these, too, while it was away.

import type { ChatId } from '../api.ts';
import type { Insides } from '../extension.ts';
import type { Link } from '../link.ts';

/** A node takes 20 lists a second, and a beat comes every few seconds. */
const PER_BEAT = 20;

export class Unlisted {
  readonly #insides: Insides;
  readonly #waiting = new Map<Link, ChatId[]>();

  constructor(insides: Insides) {
    this.#insides = insides;
  }

  welcomed(link: Link): void {
    const { chats, greeter } = this.#insides;
    const listed = new Set(greeter.listed(link).chats);
    const rest = chats.held().filter((set) => set.size > 0 && !listed.has(set.chat));
    this.#waiting.set(
      link,
      rest.map((set) => set.chat),
    );
  }

  beat(link: Link): void {
    for (const chat of this.#waiting.get(link)?.splice(0, PER_BEAT) ?? [])
      if (this.#insides.chats.get(chat) !== undefined) this.#insides.exchange(link, chat);
  }
}
