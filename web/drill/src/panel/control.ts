// What each button does to the installation, and when it makes sense to press it.

import type { Condition, DeploymentName, Maintenance, Order, OrderName } from '@holdfast/panel';
import type { Fault, FaultName } from '../faults.ts';
import { duration } from './notice.ts';

/** What the control has in its hands. */
export interface Ground {
  makeFault(name: FaultName, on: DeploymentName): Fault;
  /** True as soon as both hold the same; false when that takes too long. */
  becomesIdentical(): Promise<boolean>;
  /** Both resolve when it is done, with the Moderator's words, and reject with what it complained about. */
  beginMaintenance(of: DeploymentName): Promise<string>;
  endMaintenance(of: DeploymentName): Promise<string>;
}

/** Where the control says what it does. */
export interface Words {
  /** Something that people might notice. */
  did(text: string, mark: { readonly kind: 'fault' | 'repair'; readonly text: string }): void;
  tell(text: string): void;
  changed(): void;
}

/** The order makes no sense now; nothing was done. */
export class OrderRefused extends Error {}

export const titles: Readonly<Record<DeploymentName, string>> = {
  primary: 'Primary',
  redundant: 'Redundant',
};

const other = (name: DeploymentName): DeploymentName =>
  name === 'primary' ? 'redundant' : 'primary';

const faults = {
  kill: {
    condition: 'dead',
    did: (at: string) => `You pulled the plug on ${at}: kill -9, every connection reset`,
    mark: 'plug pulled',
  },
  freeze: {
    condition: 'frozen',
    did: (at: string) =>
      `You froze ${at}: SIGSTOP, its kernel goes on acknowledging, nobody answers`,
    mark: 'frozen',
  },
  'cut-off': {
    condition: 'cut-off',
    did: (at: string) => `You cut ${at} off: its cables swallow everything, no FIN, no RST`,
    mark: 'cut off',
  },
} as const satisfies Record<
  string,
  { condition: Condition; did(at: string): string; mark: string }
>;

type FaultOrder = keyof typeof faults;

const isFaultOrder = (name: OrderName): name is FaultOrder => name in faults;

interface Site {
  condition: Condition;
  fault: Fault | null;
  /** An order is being carried out. */
  busy: boolean;
}

export class Control {
  readonly #ground: Ground;
  readonly #words: Words;
  readonly #now: () => number;
  readonly #sites: Record<DeploymentName, Site> = {
    primary: { condition: 'up', fault: null, busy: false },
    redundant: { condition: 'up', fault: null, busy: false },
  };
  #maintenance: Maintenance = { step: 'off', of: 'primary' };

  constructor(ground: Ground, words: Words, now: () => number) {
    this.#ground = ground;
    this.#words = words;
    this.#now = now;
  }

  condition(of: DeploymentName): Condition {
    return this.#sites[of].condition;
  }

  get maintenance(): Maintenance {
    return this.#maintenance;
  }

  can(where: DeploymentName): OrderName[] {
    const names: OrderName[] = [...(Object.keys(faults) as FaultOrder[]), 'bring-back'];
    names.push('begin-maintenance', 'end-maintenance');
    return names.filter((what) => this.#whyNot({ what, where }) === null);
  }

  /** Its program ended, and nobody had pressed anything. */
  died(where: DeploymentName): void {
    const site = this.#sites[where];
    if (site.condition !== 'up' || site.busy) return;
    site.condition = 'dead';
    site.fault = this.#ground.makeFault('kill', where);
    this.#words.did(`${titles[where]} ended by itself; its log says why`, {
      kind: 'fault',
      text: `${titles[where]} ended`,
    });
    this.#words.changed();
  }

  /** Which deployment is in maintenance, as the Moderator keeps it: an order that was interrupted may stand all the same. */
  moderatorSays(of: DeploymentName | null): void {
    const { step } = this.#maintenance;
    if (step === 'beginning' || step === 'ending') return;
    this.#maintenance =
      of === null ? { step: 'off', of: this.#maintenance.of } : { step: 'on', of };
  }

  async obey(order: Order): Promise<void> {
    const why = this.#whyNot(order);
    if (why !== null) throw new OrderRefused(why);
    const { what, where } = order;
    if (isFaultOrder(what)) return this.#inflict(what, where);
    if (what === 'bring-back') return this.#bringBack(where);
    return what === 'begin-maintenance'
      ? this.#beginMaintenance(where)
      : this.#endMaintenance(where);
  }

  /** Why an order makes no sense now; null when it does. */
  #whyNot({ what, where }: Order): string | null {
    const { condition, busy } = this.#sites[where];
    const bothUp = condition === 'up' && this.#sites[other(where)].condition === 'up';
    const title = titles[where];
    if (busy) return `${title} is busy with the last order.`;
    if (isFaultOrder(what)) return condition === 'up' ? null : `${title} is not up.`;
    if (what === 'bring-back') {
      return condition === 'up' || condition === 'coming-back' ? `${title} is not down.` : null;
    }
    const { step, of } = this.#maintenance;
    if (what === 'begin-maintenance') {
      if (step !== 'off') return 'Maintenance has begun already.';
      return bothUp ? null : 'Both deployments must be up: one of them has to carry the chats.';
    }
    if (step !== 'on' || of !== where) return `${title} is not in maintenance.`;
    return bothUp ? null : 'Both deployments must be up before anything is switched back.';
  }

  async #inflict(what: FaultOrder, where: DeploymentName): Promise<void> {
    const { condition, did, mark } = faults[what];
    const site = this.#sites[where];
    await this.#busy(where, async () => {
      const fault = this.#ground.makeFault(what, where);
      site.fault = fault;
      site.condition = condition;
      this.#words.did(did(titles[where]), { kind: 'fault', text: `${titles[where]} ${mark}` });
      await fault.inflict();
    });
  }

  async #bringBack(where: DeploymentName): Promise<void> {
    const site = this.#sites[where];
    await this.#busy(where, async () => {
      const began = this.#now();
      const before = site.condition;
      site.condition = 'coming-back';
      this.#words.did(`You brought ${titles[where]} back`, {
        kind: 'repair',
        text: `${titles[where]} brought back`,
      });
      try {
        await site.fault?.repair();
      } catch (error) {
        site.condition = before;
        throw error;
      }
      site.fault = null;
      const theOther = titles[other(where)];
      if (this.#sites[other(where)].condition !== 'up') {
        site.condition = 'up';
        this.#words.tell(`${titles[where]} is back, alone: ${theOther} is still down`);
        return;
      }
      const identical = await this.#ground.becomesIdentical();
      site.condition = 'up';
      this.#words.tell(
        identical
          ? `${titles[where]} is back and holds everything that ${theOther} holds, ${duration(this.#now() - began)} after you pressed`
          : `${titles[where]} is back; the two still differ and go on exchanging what they lack`,
      );
    });
  }

  async #beginMaintenance(of: DeploymentName): Promise<void> {
    const before = this.#maintenance;
    this.#maintenance = { step: 'beginning', of };
    this.#words.did(`You begin maintenance of ${titles[of]}: its chats are handed over first`, {
      kind: 'repair',
      text: `maintenance of ${titles[of]}`,
    });
    await this.#maintain(before, { step: 'on', of }, () => this.#ground.beginMaintenance(of));
  }

  async #endMaintenance(of: DeploymentName): Promise<void> {
    const before = this.#maintenance;
    this.#maintenance = { step: 'ending', of };
    this.#words.did(`You end the maintenance of ${titles[of]}`, {
      kind: 'repair',
      text: 'maintenance over',
    });
    await this.#maintain(before, { step: 'off', of }, () => this.#ground.endMaintenance(of));
  }

  async #maintain(
    before: Maintenance,
    after: Maintenance,
    act: () => Promise<string>,
  ): Promise<void> {
    this.#words.changed();
    try {
      const said = await act();
      this.#maintenance = after;
      this.#words.tell(`The Moderator: ${said}`);
    } catch (error) {
      this.#maintenance = before;
      this.#words.tell(`The Moderator refused: ${reason(error)}`);
      throw error;
    } finally {
      this.#words.changed();
    }
  }

  async #busy(where: DeploymentName, act: () => Promise<void>): Promise<void> {
    const site = this.#sites[where];
    site.busy = true;
    try {
      const done = act();
      this.#words.changed();
      await done;
    } catch (error) {
      this.#words.tell(`That did not work: ${reason(error)}`);
      throw error;
    } finally {
      site.busy = false;
      this.#words.changed();
    }
  }
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}
