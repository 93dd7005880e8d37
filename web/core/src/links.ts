// The two links: which deployment is active (the highest verdict says), which link carries now, how many are wanted.
// Bypass changes transport only: while the active deployment is out of reach the other link carries, and the epoch stays what it is.
import type { DeploymentName } from './api.ts';
import type { Link } from './link.ts';
import type { Verdicts } from './verdicts.ts';

/** none: hidden, and another tab is visible. one: a browsing visitor. both: a chat is open, or an operator works. */
export type LinkNeed = 'none' | 'one' | 'both';

export class Links {
  readonly primary: Link;
  readonly redundant: Link;
  readonly #verdicts: Verdicts;
  #need: LinkNeed = 'none';
  #single: DeploymentName | null = null;

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

  /** Where sends go first; null when no link is up. */
  carrier(): Link | null {
    const order = [this.active(), this.other(this.active())];
    return order.find((link) => link.usable) ?? order.find((link) => link.up) ?? null;
  }

  need(need: LinkNeed): void {
    if (need === this.#need) return;
    this.#need = need;
    this.#single = this.carrier()?.deployment ?? null;
    this.#apply();
  }

  /** The verdict changed: a single link follows it. */
  switched(): void {
    this.#single = null;
    this.#apply();
  }

  /** A single link that fails hands over to the other; each keeps its own back-off. */
  fell(link: Link): void {
    if (this.#need !== 'one' || !this.other(link).hasUrls) return;
    if (link.deployment !== (this.#single ?? this.#verdicts.active)) return;
    this.#single = this.other(link).deployment;
    this.#apply();
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
