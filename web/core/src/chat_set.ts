// The events of one chat that this client holds: a grow-only set, with the answers computed from it remembered until it grows.

import { type Acceptance, acceptedBy, mergeAcceptances } from './acceptance.ts';
import type { ChatId, DeploymentName, Digest } from './api.ts';
import type { Content } from './content.ts';
import { foldRouting, openingOf, type Routing, setDigest } from './fold.ts';
import type { Audience } from './gen/protocol.ts';

/** One held event. Changed only by its ChatSet. */
export interface Held {
  /** Another object once its body was erased. */
  content: Content;
  readonly mine: boolean;
  /** Ascending by `m`. */
  acc: readonly Acceptance[];
  /** Deployments that said, about this own event, that it is durable there. */
  told: readonly DeploymentName[];
  /** Known to be durable in both. */
  safe: boolean;
  refused: { readonly code: number; readonly why: string } | null;
}

export class ChatSet {
  readonly chat: ChatId;
  readonly #upTo: Audience;
  readonly #events = new Map<Digest, Held>();
  #digest: string | null = null;
  #routing: Routing | null = null;
  #revision = 0;

  /** `upTo`: the narrowest audience that this client may see. */
  constructor(chat: ChatId, upTo: Audience) {
    this.chat = chat;
    this.#upTo = upTo;
  }

  /** Grows with every change, also of states that no digest shows. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#events.size;
  }

  get(digest: Digest): Held | undefined {
    return this.#events.get(digest);
  }

  all(): Held[] {
    return [...this.#events.values()];
  }

  /** Those that count for the transcript and may be named in `after`: not refused. */
  standing(): Held[] {
    return this.all().filter((held) => held.refused === null);
  }

  opening(): Held | null {
    return openingOf(this.#events.values(), this.chat);
  }

  add(content: Content, mine: boolean): Held {
    const held: Held = { content, mine, acc: [], told: [], safe: false, refused: null };
    this.#events.set(content.digest, held);
    this.touch();
    return held;
  }

  /** Its body is gone for good. False when it was gone before. */
  erase(held: Held): boolean {
    if (held.content.bodyBytes === null) return false;
    held.content = { ...held.content, bodyBytes: null };
    this.touch();
    return true;
  }

  /** True when something was new. */
  mergeAcceptances(held: Held, acc: readonly Acceptance[]): boolean {
    const merged = mergeAcceptances(held.acc, acc);
    if (merged === held.acc) return false;
    held.acc = merged;
    held.refused = null; // somebody took it after all
    this.touch();
    return true;
  }

  /** After any change of a Held made elsewhere. */
  touch(): void {
    this.#revision++;
    this.#digest = null;
    this.#routing = null;
  }

  digest(): string {
    this.#digest ??= setDigest(this.all(), this.#upTo);
    return this.#digest;
  }

  routing(): Routing {
    this.#routing ??= foldRouting(this.standing());
    return this.#routing;
  }
}

/** Durable in both deployments, as far as this client was told: two acceptances, or the word of both. */
export function inBoth(held: Held): boolean {
  return held.safe || (knownIn(held, 'primary') && knownIn(held, 'redundant'));
}

function knownIn(held: Held, deployment: DeploymentName): boolean {
  return held.told.includes(deployment) || acceptedBy(held.acc, deployment);
}
