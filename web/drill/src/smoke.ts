// One conversation survives its data centre, measured: twenty-odd chats between real clients, a fault in the middle of the
// densest minute, the repair, the failback.

import { Company, delayOf, waitFor } from './company.ts';
import { type Fault, type FaultName, makeFault } from './faults.ts';
import { type Installation, install } from './installation/installation.ts';
import { compareJournals, type JournalFindings } from './journals.ts';
import { pause } from './process.ts';
import { type Quantiles, quantiles } from './quantiles.ts';
import { play, schedule } from './schedule.ts';

export interface SmokeOptions {
  readonly fault: FaultName;
  readonly moderator: boolean;
  readonly hedge: boolean;
  readonly progress: (line: string) => void;
}

export interface SmokeResult {
  readonly fault: FaultName;
  readonly moderator: boolean;
  readonly hedge: boolean;
  readonly chats: number;
  readonly sent: number;
  readonly nearFault: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly forged: number;
  readonly screensDiffering: number;
  readonly before: Quantiles;
  readonly during: Quantiles;
  readonly after: Quantiles;
  readonly hedges: number;
  readonly hedgesWon: number;
  readonly givenBack: number;
  readonly journals: JournalFindings;
  readonly identicalAfterMs: number | null;
  readonly failoverMs: number | null;
  readonly failbackMs: number | null;
  readonly complaints: readonly string[];
  /** Empty: people would have noticed nothing that the design says they must not, and the run saw what it must see. */
  readonly failures: readonly string[];
}

const chats = 24;
const operators = 4;
const plan = {
  talkMs: 10_000, // from the first word to the fault
  dense: { beforeMs: 2_000, afterMs: 2_000, everyMs: 200 },
  calm: { everyMs: 950 },
  outageMs: 8_000, // from the fault to its repair
  epilogueMs: 9_000, // from the repair to the last word, at least
  settleMs: 30_000, // the bound of design §12, 5
};

export async function smoke(options: SmokeOptions): Promise<SmokeResult> {
  const { progress } = options;
  progress(`starting primary, redundant${options.moderator ? ' and moderator' : '; no moderator'}`);
  const installation = await install({ moderator: options.moderator, operators });
  try {
    return await new Run(options, installation).go();
  } finally {
    await installation.close();
  }
}

class Run {
  readonly #options: SmokeOptions;
  readonly #installation: Installation;
  readonly #company: Company;
  #failoverAt: number | null = null;
  #failbackAt: number | null = null;

  constructor(options: SmokeOptions, installation: Installation) {
    this.#options = options;
    this.#installation = installation;
    this.#company = new Company(
      installation,
      { chats, operators },
      {
        without: options.hedge ? [] : ['hedge'],
      },
    );
  }

  async go(): Promise<SmokeResult> {
    const { progress } = this.#options;
    await this.#company.assemble(progress);
    const fault = makeFault(this.#options.fault, this.#installation.primary);

    const startedAt = performance.now();
    const faultAt = startedAt + plan.talkMs;
    const repairAt = faultAt + plan.outageMs;
    const talking = this.#talk(startedAt);
    progress(`${chats} chats are talking; in ${plan.talkMs / 1000} s: ${fault.story}`);

    await until(faultAt);
    const strike = performance.now();
    this.#watchVerdict(strike);
    await fault.inflict();
    progress('the fault is there; everybody goes on typing');

    await until(repairAt);
    const repairedAt = performance.now();
    progress('repairing');
    await fault.repair();
    const identicalAfterMs = await this.#untilIdentical(repairedAt);
    progress(
      identicalAfterMs === null
        ? 'the returning deployment has not caught up'
        : `identical ${seconds(identicalAfterMs)} after the repair began`,
    );

    await talking;
    await this.#company.settle(plan.settleMs);
    if (this.#options.moderator) await this.#untilFailback();
    progress('everybody has stopped talking; comparing screens and journals');
    return await this.#judge(fault, strike, repairedAt, identicalAfterMs);
  }

  #talk(startedAt: number): Promise<void> {
    const { talkMs, dense, calm, outageMs, epilogueMs } = plan;
    const moments = schedule(
      this.#company.people,
      [
        { fromMs: 0, untilMs: talkMs - dense.beforeMs, everyMs: calm.everyMs },
        {
          fromMs: talkMs - dense.beforeMs,
          untilMs: talkMs + dense.afterMs,
          everyMs: dense.everyMs,
        },
        {
          fromMs: talkMs + dense.afterMs,
          untilMs: talkMs + outageMs + epilogueMs,
          everyMs: calm.everyMs,
        },
      ],
      Math.random,
    );
    return play(moments, startedAt, performance.now.bind(performance), ({ atMs, person }) =>
      this.#company.say(person, startedAt + atMs),
    );
  }

  #watchVerdict(strike: number): void {
    this.#company.operators[0]?.client.on((event) => {
      if (event.type !== 'verdict') return;
      if (event.active === 'redundant') this.#failoverAt ??= performance.now() - strike;
      if (event.active === 'primary' && this.#failoverAt !== null)
        this.#failbackAt ??= performance.now() - strike;
    });
  }

  async #untilIdentical(repairedAt: number): Promise<number | null> {
    while (performance.now() - repairedAt < plan.settleMs) {
      if (await this.#installation.identical()) return performance.now() - repairedAt;
      await pause(100);
    }
    return null;
  }

  async #untilFailback(): Promise<void> {
    await waitFor(() => this.#failbackAt !== null, plan.settleMs).catch(() => undefined);
  }

  async #judge(
    fault: Fault,
    strike: number,
    repairedAt: number,
    identicalAfterMs: number | null,
  ): Promise<SmokeResult> {
    const { ledger, unsafe } = this.#company;
    this.#company.leave();
    await this.#installation.stopModerator();
    await this.#untilIdentical(performance.now());
    await this.#installation.stopDeployments();
    const journals = compareJournals(
      this.#installation,
      ledger.spoken.map(({ text }) => text),
    );

    const spoken = ledger.spoken;
    const delays = (from: number, to: number) =>
      quantiles(spoken.filter((m) => m.intendedAt >= from && m.intendedAt < to).map(delayOf));
    const result: Omit<SmokeResult, 'failures'> = {
      fault: fault.name,
      moderator: this.#options.moderator,
      hedge: this.#options.hedge,
      chats,
      sent: spoken.length,
      nearFault: spoken.filter((m) => Math.abs(m.intendedAt - strike) <= 2_000).length,
      lost: ledger.lost().length,
      ...ledger.faults,
      screensDiffering: ledger.differing().length,
      before: delays(0, strike - 100),
      during: delays(strike - 100, repairedAt),
      after: delays(repairedAt, Number.POSITIVE_INFINITY),
      hedges: this.#company.total('hedges', 'reroutes'),
      hedgesWon: this.#company.total('hedgesWon'),
      givenBack: this.#company.total('givenBack', 'bridged'),
      journals,
      identicalAfterMs,
      failoverMs: this.#failoverAt,
      failbackMs: this.#failbackAt,
      complaints: ledger.complaints,
    };
    return { ...result, failures: failuresOf(result, unsafe) };
  }
}

function failuresOf(result: Omit<SmokeResult, 'failures'>, unsafe: number): string[] {
  const failures: string[] = [];
  const demand = (held: boolean, words: string) => {
    if (!held) failures.push(words);
  };
  demand(result.lost === 0, `${result.lost} messages lost`);
  demand(result.doubled === 0, `${result.doubled} messages doubled`);
  demand(result.reordered === 0, `${result.reordered} messages reordered`);
  demand(result.forged === 0, `${result.forged} messages that nobody said`);
  demand(
    result.screensDiffering === 0,
    `${result.screensDiffering} chats whose screens differ at the end`,
  );
  demand(unsafe === 0, `${unsafe} messages that are not safe at the end`);
  demand(result.journals.same, `journals differ: ${result.journals.difference}`);
  demand(
    result.journals.missing === 0,
    `${result.journals.missing} messages do not stand in both journals`,
  );
  demand(result.identicalAfterMs !== null, 'the returning deployment did not become identical');
  // The run must have seen what it is about, or its zeros mean nothing.
  demand(
    result.chats >= 20 && result.sent >= 2_000,
    `${result.chats} chats and ${result.sent} messages are too few`,
  );
  demand(
    result.nearFault >= 0.3 * result.sent,
    `only ${result.nearFault} messages within 2 s of the fault`,
  );
  demand(result.journals.givenBack > 0, 'no message came to the redundant deployment by give-back');
  demand(result.journals.twoAcceptances > 0, 'no event has two acceptances');
  if (result.hedge) demand(result.hedgesWon > 0, 'no hedge won');
  if (result.moderator) {
    demand(result.failoverMs !== null, 'no verdict named the redundant deployment');
    demand(result.failbackMs !== null, 'no verdict named the primary again');
  }
  return failures;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

async function until(at: number): Promise<void> {
  await pause(Math.max(0, at - performance.now()));
}
