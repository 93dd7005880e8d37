// Own events until they are safe: in both deployments, or refused for good. What survives a reload is in the store (records.ts); this
// is the list of them with what is known about their copies on the way.
import type { DeploymentName, Digest } from './api.ts';
import { compareText } from './bytes.ts';
import type { ChatSet, Held } from './chat_set.ts';

/** A copy that was sent over a connection which may still answer. */
export interface Flight {
  readonly connection: number;
  readonly at: number;
  readonly as: 'first' | 'hedge' | 'reroute' | 'bridge';
}

export interface OutboxItem {
  readonly held: Held;
  readonly set: ChatSet;
  readonly flights: Map<DeploymentName, Flight>;
  /** Mono ms before which this deployment is not asked again. */
  readonly holds: Map<DeploymentName, number>;
  /** Where and when the very first copy went. */
  first: { readonly to: DeploymentName; readonly at: number } | null;
  /** Deployments that said, on their present connection, that they do not hold it: also when they once did. */
  readonly unknown: Set<DeploymentName>;
  acceptedAt: number | null;
  hedgeDeniedAt: number | null;
}

export class Outbox {
  readonly #items = new Map<Digest, OutboxItem>();

  /** Ascending by id, that is in the order in which they were written. */
  items(): readonly OutboxItem[] {
    return [...this.#items.values()];
  }

  get(digest: Digest): OutboxItem | undefined {
    return this.#items.get(digest);
  }

  get size(): number {
    return this.#items.size;
  }

  waiting(): number {
    let count = 0;
    for (const item of this.#items.values()) if (item.held.acc.length === 0) count++;
    return count;
  }

  add(held: Held, set: ChatSet): OutboxItem {
    const known = this.#items.get(held.content.digest);
    if (known !== undefined) return known;
    const item: OutboxItem = {
      held,
      set,
      flights: new Map(),
      holds: new Map(),
      unknown: new Set(),
      first: null,
      acceptedAt: null,
      hedgeDeniedAt: null,
    };
    const last = [...this.#items.values()].at(-1);
    this.#items.set(held.content.digest, item);
    if (last !== undefined && idOf(last) > idOf(item)) this.#sort(); // another tab's, or loaded late
    return item;
  }

  remove(digest: Digest): void {
    this.#items.delete(digest);
  }

  #sort(): void {
    const sorted = [...this.#items].sort(([, a], [, b]) => compareText(idOf(a), idOf(b)));
    this.#items.clear();
    for (const [digest, item] of sorted) this.#items.set(digest, item);
  }
}

function idOf(item: OutboxItem): string {
  return item.held.content.head.id;
}
