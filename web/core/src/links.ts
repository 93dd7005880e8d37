// The two links: which deployment is active (the highest verdict says), which link carries now, how many are wanted.
// Bypass changes transport only: while the active deployment is out of reach the other link carries, and the epoch stays what it is.
import type { DeploymentName } from './api.ts';
import type { Link } from './link.ts';
import type { Verdicts } from './verdicts.ts';

/** none: hidden, and another tab is visible. one: a browsing visitor. both: a chat is open, or an operator works. */
export type LinkNeed = 'none' | 'one' | 'both';

const BACK_AFTER_MS = 5_000;

export class Links {
  readonly primary: Link;
  readonly redundant: Link;
  readonly #verdicts: Verdicts;
  #need: LinkNeed = 'none';
  #single: DeploymentName | null = null;
  /** Links that failed since they last carried: a first connection that is merely slower has not. */
  readonly #failed = new Set<Link>();
  #bypassed = false;

  constructor(primary: Link, redundant: Link, verdicts: Verdicts) {
    this.primary = primary;
    this.redundant = redundant;
    this.#verdicts = verdicts;
  }

  get(deployment: DeploymentName): Link {
    return deployment === 'primary' ? this.primary : this.redundant;
  }

  other(link: Link): Link {
    return link === this.primary ? this.redundant : this.primary;
  }

  both(): readonly Link[] {
    return [this.primary, this.redundant];
  }

  active(): Link {
    return this.get(this.#verdicts.active);
  }

  /**
   * Where sends go first; null when no link is up. Over fast, back slowly: once the other link carries, it goes on until the active one has
   * been up for a while, because what a deployment takes in its first seconds may reach the others only when its peer link is back too.
   */
  carrier(): Link | null {
    const active = this.active();
    const other = this.other(active);
    if (this.#bypassed && other.usable && active.upFor() < BACK_AFTER_MS) return other;
    const carrier =
      [active, other].find((link) => link.usable) ??
      [active, other].find((link) => link.up) ??
      null;
    if (carrier === active) this.#failed.delete(active);
    this.#bypassed = carrier === other && this.#failed.has(active);
    return carrier;
  }

  need(need: LinkNeed): void {
    if (need === this.#need) return;
    this.#need = need;
    this.#single = this.carrier()?.deployment ?? null;
    this.#apply();
  }

  /** The verdict changed: it is followed at once. */
  switched(): void {
    this.#bypassed = false;
    this.#single = null;
    this.#apply();
  }

  /**
   * A connection ended or none came about. A single link hands over to the other. Each keeps its own back-off, but when one that carried
   * people for a while ends, the other is dialled: its deployment may have been back for seconds.
   */
  fell(link: Link, steady: boolean): void {
    this.#failed.add(link);
    if (steady) this.other(link).hurry();
    if (this.#need !== 'one' || !this.other(link).hasUrls) return;
    if (link.deployment !== (this.#single ?? this.#verdicts.active)) return;
    this.#single = this.other(link).deployment;
    this.#apply();
  }

  /** New credentials: what failed with the old ones says nothing. */
  retry(): void {
    this.#failed.clear();
    for (const link of this.both()) link.retry();
  }

  wake(): void {
    for (const link of this.both()) link.wake();
  }

  close(): void {
    for (const link of this.both()) link.close();
  }

  #apply(): void {
    const single = this.#single ?? this.#verdicts.active;
    for (const link of this.both())
      link.want(this.#need === 'both' || (this.#need === 'one' && link.deployment === single));
  }
}
