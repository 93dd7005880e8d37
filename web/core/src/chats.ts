// The chats that this client holds, and the views of them that pages watch.

import type { Acceptance } from './acceptance.ts';
import type { ChatId, ChatState, ChatView, Digest, ElsewhereView, Plants } from './api.ts';
import { ChatSet, type Held } from './chat_set.ts';
import type { Content } from './content.ts';
import type { Audience } from './gen/protocol.ts';
import { openingOf, viewOf } from './view.ts';
import { Computed } from './watched.ts';

export interface ChatsParts {
  readonly author: string;
  readonly upTo: Audience;
  readonly plants: Plants;
  typing(chat: ChatId): readonly string[];
}

export interface Received {
  readonly set: ChatSet;
  readonly held: Held;
  /** Never seen here before. */
  readonly fresh: boolean;
  readonly changed: boolean;
}

export class Chats {
  readonly views: Computed<ReadonlyMap<ChatId, ChatView>>;
  readonly elsewhere: Computed<ReadonlyMap<ChatId, ElsewhereView>>;
  readonly #parts: ChatsParts;
  readonly #sets = new Map<ChatId, ChatSet>();
  readonly #where = new Map<Digest, ChatSet>();
  readonly #told = new Map<ChatId, { state: ChatState; operator: string | null }>();
  readonly #gone = new Set<ChatId>();
  readonly #doubled = new Map<ChatId, Held[]>();
  readonly #seenRevision = new Map<ChatId, number>();
  readonly #stale = new Set<ChatId>();
  #elsewhereChanged = true;

  constructor(parts: ChatsParts) {
    this.#parts = parts;
    this.views = new Computed((before) => this.#refreshed(before ?? new Map<ChatId, ChatView>()));
    this.elsewhere = new Computed((before) => this.#othersHave(before));
  }

  get(chat: ChatId): ChatSet | undefined {
    return this.#sets.get(chat);
  }

  ensure(chat: ChatId): ChatSet {
    const known = this.#sets.get(chat);
    if (known !== undefined) return known;
    const set = new ChatSet(chat, this.#parts.upTo);
    this.#sets.set(chat, set);
    return set;
  }

  /** Open ones first. What belongs to no chat is none. */
  all(): ChatSet[] {
    const shown = this.held().filter((set) => !this.#gone.has(set.chat));
    return [
      ...shown.filter((set) => this.isOpen(set)),
      ...shown.filter((set) => !this.isOpen(set)),
    ];
  }

  /** Also those that are not ours to see any more. */
  held(): ChatSet[] {
    return [...this.#sets.values()].filter((set) => set.chat !== '');
  }

  isGone(chat: ChatId): boolean {
    return this.#gone.has(chat);
  }

  isOpen(set: ChatSet): boolean {
    return set.size > 0 && set.routing().state !== 'closed';
  }

  find(digest: Digest): { readonly set: ChatSet; readonly held: Held } | null {
    const set = this.#where.get(digest);
    const held = set?.get(digest);
    return set !== undefined && held !== undefined ? { set, held } : null;
  }

  receive(content: Content, acc: readonly Acceptance[]): Received {
    const set = this.ensure(content.head.chat);
    const known = set.get(content.digest);
    if (known !== undefined && this.#parts.plants.noDedup) this.#double(set, known);
    const held = known ?? set.add(content, content.head.author === this.#parts.author);
    this.#where.set(content.digest, set);
    const changed = this.merge(set, held, acc);
    return { set, held, fresh: known === undefined, changed: changed || known === undefined };
  }

  merge(set: ChatSet, held: Held, acc: readonly Acceptance[]): boolean {
    if (this.#parts.plants.secondAcceptanceDropped && held.acc.length > 0) return false;
    return set.mergeAcceptances(held, acc);
  }

  /** What a node said about a chat in a console's list. */
  tell(chat: ChatId, state: ChatState, operator: string | null, gone: boolean): void {
    this.#told.set(chat, { state, operator });
    if (gone) this.#gone.add(chat);
    else this.#gone.delete(chat);
    this.ensure(chat);
    this.#stale.add(chat);
    this.#elsewhereChanged = true;
  }

  /** Something that the set does not show changed (typing). */
  touch(chat: ChatId): void {
    this.#stale.add(chat);
  }

  forget(chat: ChatId): void {
    for (const held of this.#sets.get(chat)?.all() ?? []) this.#where.delete(held.content.digest);
    this.#sets.delete(chat);
    this.#told.delete(chat);
    this.#gone.delete(chat);
    this.#stale.add(chat);
    this.#elsewhereChanged = true;
  }

  #double(set: ChatSet, held: Held): void {
    const doubled = this.#doubled.get(set.chat) ?? [];
    this.#doubled.set(set.chat, [...doubled, held]);
    set.touch();
  }

  #refreshed(before: ReadonlyMap<ChatId, ChatView>): ReadonlyMap<ChatId, ChatView> {
    for (const set of this.held())
      if (this.#seenRevision.get(set.chat) !== set.revision) this.#stale.add(set.chat);
    if (this.#stale.size === 0) return before;
    const views = new Map(before);
    for (const chat of this.#stale) {
      const set = this.#sets.get(chat);
      if (set === undefined || this.#gone.has(chat) || (set.size === 0 && !this.#told.has(chat)))
        views.delete(chat);
      else views.set(chat, this.#view(set));
      if (set !== undefined) this.#seenRevision.set(chat, set.revision);
    }
    this.#stale.clear();
    return views;
  }

  #othersHave(
    before: ReadonlyMap<ChatId, ElsewhereView> | undefined,
  ): ReadonlyMap<ChatId, ElsewhereView> {
    if (before !== undefined && !this.#elsewhereChanged) return before;
    this.#elsewhereChanged = false;
    const views = new Map<ChatId, ElsewhereView>();
    for (const id of this.#gone) {
      const told = this.#told.get(id);
      const opening = this.#sets.get(id)?.opening() ?? null;
      if (told?.state === 'assigned' && told.operator !== null)
        views.set(id, { id, operator: told.operator, opening: openingOf(opening) });
    }
    return views;
  }

  #view(set: ChatSet): ChatView {
    const { author, plants } = this.#parts;
    return viewOf({
      set,
      author,
      typing: this.#parts.typing(set.chat),
      told: this.#told.get(set.chat) ?? null,
      doubled: this.#doubled.get(set.chat) ?? [],
      byWallClock: plants.orderByWallClock === true,
    });
  }
}
