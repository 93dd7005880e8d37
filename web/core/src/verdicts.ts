// Which deployment is active: the highest epoch that anybody told and that a known moderator's key signed. docs/protocol.md §8.
import type { DeploymentName, Verify } from './api.ts';
import { unb64, utf8 } from './bytes.ts';
import { Limit, type SignedVerdict } from './gen/protocol.ts';

export function activeOf(epoch: number): DeploymentName {
  return epoch % 2 === 1 ? 'primary' : 'redundant';
}

export class Verdicts {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #verify: Verify;
  #epoch = 1;
  #best: SignedVerdict | null = null;
  readonly #olderWins: boolean;

  constructor(keys: Readonly<Record<string, string>>, verify: Verify, olderWins = false) {
    const decoded = Object.entries(keys).map(([id, key]) => [id, unb64(key)] as const);
    this.#keys = new Map(
      decoded.filter((pair): pair is readonly [string, Uint8Array] => pair[1]?.length === 32),
    );
    this.#verify = verify;
    this.#olderWins = olderWins;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get active(): DeploymentName {
    return activeOf(this.#epoch);
  }

  /** The signed verdict behind `epoch`; null while none is known. */
  get best(): SignedVerdict | null {
    return this.#best;
  }

  /** True when it raised the epoch; a promise where signatures take their time. A lower one is no news and is not even verified; a forged
   * one changes nothing. */
  hear(verdict: SignedVerdict): boolean | Promise<boolean> {
    const key = this.#keys.get(verdict.k);
    const signature = unb64(verdict.s);
    if (!this.#isNews(verdict) || key === undefined || signature === null) return false;
    const genuine = this.#verify(signature, utf8(`holdfast:verdict:1\n${verdict.p}`), key);
    if (typeof genuine === 'boolean') return genuine && this.#take(verdict);
    return genuine.then((yes) => yes && this.#take(verdict));
  }

  #isNews({ p }: SignedVerdict): boolean {
    const epoch = epochOf(p);
    if (epoch === null || epoch === this.#epoch) return false;
    if (epoch < this.#epoch && !this.#olderWins) return false;
    return epoch - this.#epoch <= Limit.epochJumpMax;
  }

  #take(verdict: SignedVerdict): boolean {
    if (!this.#isNews(verdict)) return false; // a higher one came while this one was verified
    this.#epoch = epochOf(verdict.p) as number;
    this.#best = verdict;
    return true;
  }
}

function epochOf(payload: string): number | null {
  try {
    const fields = JSON.parse(payload) as { epoch?: unknown } | null;
    const epoch = fields?.epoch;
    return typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch >= 1 ? epoch : null;
  } catch {
    return null;
  }
}
