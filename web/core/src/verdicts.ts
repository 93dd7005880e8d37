// Which deployment is active: the highest epoch that anybody told and that a known moderator's key signed. docs/protocol.md §8.
import type { DeploymentName } from './api.ts';
import { unb64, utf8 } from './bytes.ts';
import { verifyEd25519 } from './crypto/ed25519.ts';
import { Limit, type SignedVerdict } from './gen/protocol.ts';

export function activeOf(epoch: number): DeploymentName {
  return epoch % 2 === 1 ? 'primary' : 'redundant';
}

export class Verdicts {
  #keys: ReadonlyMap<string, Uint8Array>;
  #epoch = 1;
  #best: SignedVerdict | null = null;
  #olderWins: boolean;

  constructor(keys: Readonly<Record<string, string>>, olderWins = false) {
    const decoded = Object.entries(keys).map(([id, key]) => [id, unb64(key)] as const);
    this.#keys = new Map(
      decoded.filter((pair): pair is readonly [string, Uint8Array] => pair[1]?.length === 32),
    );
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

  /** True when it raised the epoch. A lower one is no news and is not even verified; a forged one changes nothing. */
  hear(verdict: SignedVerdict): boolean {
    const epoch = epochOf(verdict.p);
    if (epoch === null || epoch === this.#epoch) return false;
    if (epoch < this.#epoch && !this.#olderWins) return false;
    if (epoch - this.#epoch > Limit.epochJumpMax || !this.#genuine(verdict)) return false;
    this.#epoch = epoch;
    this.#best = verdict;
    return true;
  }

  #genuine(verdict: SignedVerdict): boolean {
    const key = this.#keys.get(verdict.k);
    const signature = unb64(verdict.s);
    if (key === undefined || signature === null) return false;
    return verifyEd25519(signature, utf8(`holdfast:verdict:1\n${verdict.p}`), key);
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
