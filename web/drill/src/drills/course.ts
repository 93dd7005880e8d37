// The course of one drill: people come together and talk, something happens to what they talk over, they go on until everything is whole
// again, and then everybody's screens and both journals are compared.

import type { DeploymentName } from '@holdfast/core';
import type { Habits } from '../clients.ts';
import { Company, delayOf, waitFor } from '../company.ts';
import { type DataCentre, type Fault, other } from '../faults.ts';
import { type Installation, type InstallOptions, install } from '../installation/installation.ts';
import type { Spoken } from '../ledger.ts';
import { ModeratorView, type ModeratorWord } from '../panel/moderator_view.ts';
import { presentProgram } from '../paths.ts';
import type { Visitor } from '../people.ts';
import { pause } from '../process.ts';
import { quantiles } from '../quantiles.ts';
import { Rhythm } from '../rhythm.ts';
import { givenAuthority } from './apart.ts';
import { type Arena, arenaOf } from './arena.ts';
import { BrowserPair } from './browser.ts';
import type { Drill } from './drill.ts';
import { domainsOfCables, Names } from './names.ts';
import { Doorbell } from './newcomers.ts';
import type { Findings, Mark, Message, VerdictHeard } from './outcome.ts';
import { Screens } from './screens.ts';
import { silences } from './silence.ts';

export interface CourseOptions extends Habits {
  readonly progress: (line: string) => void;
  /** Where the installation is kept; it is removed at the end when absent. */
  readonly dir?: string;
  /** For drills that repeat something: how often. */
  readonly times?: number;
  /** Between two messages of one person, instead of what the drill says. */
  readonly everyMs?: number;
  /** Two people more, in front of real pages. */
  readonly browser?: boolean;
  /** The thresholds that ship, instead of those that make a drill short: nothing fails back while it goes on. */
  readonly production?: boolean;
}

interface Stage {
  readonly arena: Arena;
  readonly installation?: Installation;
  readonly names?: Names | null;
}

const size = { chats: 12, operators: 4 };
/** Between two messages of one person. */
const usualMs = 800;
const pairEveryMs = 1_600;
const newcomersEveryMs = 2_000;
/** The bound of design §12, 5. */
const convergenceMs = 30_000;
const prologueMs = 6_000;
const epilogueMs = 4_000;

export class Course {
  readonly company: Company;
  /** Where the drill asked for them. */
  readonly names: Names | null;
  readonly #arena: Arena;
  readonly #installation: Installation | null;
  readonly #drill: Drill;
  readonly #options: CourseOptions;
  readonly #rhythm: Rhythm;
  readonly #screens = new Screens((words) => this.note(words));
  readonly #marks: Mark[] = [];
  readonly #verdicts: VerdictHeard[] = [];
  readonly #unmet: string[] = [];
  readonly #began = new Date();
  #pair: BrowserPair | null = null;
  #beganAt = 0;
  #strike: number | null = null;
  #repair: number | null = null;
  #struck: DeploymentName | null = null;
  #detectedMs: number | null = null;
  #identicalMs: number | null = null;

  private constructor(drill: Drill, stage: Stage, options: CourseOptions) {
    this.#drill = drill;
    this.#arena = stage.arena;
    this.#installation = stage.installation ?? null;
    this.names = stage.names ?? null;
    this.#options = options;
    const operators = Math.min(size.operators, this.#arena.signIns.length);
    this.company = new Company(this.#arena, { ...size, operators }, options);
    this.#rhythm = new Rhythm(options.everyMs ?? drill.everyMs ?? usualMs, (person, at) =>
      this.company.say(person, at),
    );
  }

  /** On an installation that is there already. */
  static visit(drill: Drill, arena: Arena, options: CourseOptions): Promise<Findings> {
    return new Course(drill, { arena }, options).#go();
  }

  /** On an installation of its own. */
  static async run(drill: Drill, options: CourseOptions): Promise<Findings> {
    const authority = await givenAuthority();
    const wanted: InstallOptions = {
      moderator: true,
      profile: 'drill',
      operators: size.operators + (options.browser ? 1 : 0),
      ...drill.stage,
      ...(options.production && { profile: 'production' as const }),
      ...(authority && { authority }),
      ...(options.dir !== undefined && { dir: options.dir }),
    };
    const closing: (() => Promise<void>)[] = [];
    try {
      const names = drill.needs?.includes('names') ? await Names.start(domainsOfCables()) : null;
      closing.unshift(async () => names?.close());
      const installation = await install(wanted);
      closing.unshift(() => installation.close());
      const arena = arenaOf(installation);
      return await new Course(drill, { arena, installation, names }, options).#go();
    } finally {
      for (const close of closing) await close();
    }
  }

  // ---- what a drill does ----

  get installation(): Installation {
    if (this.#installation === null) throw new Error('this installation is not ours');
    return this.#installation;
  }

  get primary(): DataCentre {
    return this.installation.primary;
  }

  get redundant(): DataCentre {
    return this.installation.redundant;
  }

  /** People talk meanwhile. */
  async calm(ms: number): Promise<void> {
    await pause(ms);
  }

  /** Makes a fault; the first one ends "before". `at`: whom it is to be detected at. */
  async strike(fault: Pick<Fault, 'story' | 'inflict'>, at?: DeploymentName): Promise<void> {
    this.#strike ??= performance.now();
    this.#struck ??= at ?? null;
    this.#mark('strike', fault.story);
    await fault.inflict();
  }

  /** Takes it away; the last one ends "during". */
  async repair(fault: Pick<Fault, 'repair'>, words = 'repaired'): Promise<void> {
    this.#repair = performance.now();
    this.#mark('repair', words);
    await fault.repair();
  }

  note(words: string): void {
    this.#mark('note', words);
  }

  demand(held: boolean, words: string): void {
    if (!held) this.#unmet.push(words);
  }

  /** What the last verdict that people heard says. */
  get activeNow(): DeploymentName {
    return this.#verdicts.at(-1)?.active ?? 'primary';
  }

  /** How many new ones people have heard since they began to talk. */
  get verdicts(): number {
    return this.#verdicts.length;
  }

  /** Whether the preferred deployment becomes active again by itself before the drill is over. */
  get failsBack(): boolean {
    return !this.#options.production;
  }

  get screensSaid(): readonly string[] {
    return this.#screens.said;
  }

  /** How often a drill that repeats itself is to do so, where somebody asked for it. */
  get times(): number | undefined {
    return this.#options.times;
  }

  /** Nobody writes, until they may again. */
  silence(on: boolean): void {
    this.note(on ? 'nobody writes' : 'everybody writes again');
    void this.#talk(!on);
  }

  /** The present version, from its next start on. */
  upgrade(name: DeploymentName): void {
    const { program } = name === 'primary' ? this.primary : this.redundant;
    program.replace(presentProgram);
  }

  /** Until people have heard that this deployment is active; unmet when it takes longer. */
  async active(deployment: DeploymentName, withinMs: number): Promise<void> {
    await waitFor(() => this.activeNow === deployment, withinMs).catch(() =>
      this.demand(false, `${deployment} was not active within ${withinMs / 1_000} s`),
    );
  }

  /** The same, also when it was given back since the first strike: what failed may have mended itself. */
  async tookOver(deployment: DeploymentName, withinMs: number): Promise<void> {
    const since = this.#strike === null ? 0 : this.#sinceBegin(this.#strike);
    const took = () =>
      this.#verdicts.some(({ atMs, active }) => atMs >= since && active === deployment);
    await waitFor(took, withinMs).catch(() =>
      this.demand(false, `${deployment} did not take over within ${withinMs / 1_000} s`),
    );
  }

  /** Until `holdfast verify` finds no difference. */
  async identical(withinMs = convergenceMs): Promise<void> {
    const since = this.#repair ?? performance.now();
    const limit = performance.now() + withinMs;
    while (performance.now() < limit) {
      const identical = await this.#arena.identical();
      if (identical === null) return;
      if (identical) {
        this.#identicalMs = performance.now() - since;
        this.note('identical');
        return;
      }
      await pause(100);
    }
  }

  /** A command of the program, as the admin would type it. */
  async order(...args: readonly string[]): Promise<string> {
    this.note(`holdfast ${args.join(' ')}`);
    return this.installation.holdfast(...args, '--config', this.installation.config('moderator'));
  }

  /** They say a last word and are gone for good, with whatever their browsers kept. */
  async leave(visitors: readonly Visitor[]): Promise<void> {
    for (const { name } of visitors) this.#screens.forget(name);
    await Promise.all(visitors.map((visitor) => visitor.sayAndLeave()));
  }

  // ---- how it goes ----

  async #go(): Promise<Findings> {
    const { operators, visitors } = this.company;
    await this.company.assemble(this.#options.progress);
    this.#pair = await this.#seatPair();
    for (const { name, client } of [...operators, ...visitors]) this.#screens.watch(name, client);
    this.#beganAt = performance.now();
    this.#listen();
    const doorbell = new Doorbell(this.company, {
      everyMs: newcomersEveryMs,
      contested: this.#drill.contested ?? false,
    });
    const views = this.#watchModerators();
    try {
      this.#talk(true);
      await this.calm(prologueMs);
      await this.#drill.act(this);
      if (this.#identicalMs === null) await this.identical();
      await this.calm(epilogueMs);
      await this.#talk(false);
      doorbell.stopComing();
      await waitFor(() => doorbell.allServed, convergenceMs).catch(() => undefined);
      await this.company.settle(convergenceMs);
      const { unsafe } = this.company;
      this.#options.progress('everybody has stopped talking; comparing screens and journals');
      this.#screens.close();
      this.#screens.add(await this.#leavePair());
      const newcomers = doorbell.found;
      doorbell.leave();
      this.company.leave();
      return { ...(await this.#findings(unsafe)), newcomers };
    } finally {
      this.#rhythm.stop();
      this.#screens.close();
      doorbell.leave();
      this.company.leave();
      for (const view of views) view.close();
      await this.#pair?.close();
    }
  }

  async #talk(on: boolean): Promise<void> {
    if (on) {
      this.#rhythm.begin(this.company.people);
      this.#pair?.begin(pairEveryMs);
    } else {
      this.#rhythm.stop();
      await this.#pair?.stop();
    }
  }

  async #seatPair(): Promise<BrowserPair | null> {
    const who = this.#arena.signIns[size.operators];
    if (!this.#options.browser || who === undefined) return null;
    const { town, ledger } = this.company;
    const pair = await BrowserPair.meet(town, ledger, { chat: size.chats + 1, who });
    this.#options.progress('two people more chat in Chromium');
    return pair;
  }

  /** Before the servers are stopped: that would be said, too. */
  async #leavePair(): Promise<readonly string[]> {
    const said = (await this.#pair?.said()) ?? [];
    await this.#pair?.close();
    this.#pair = null;
    return said;
  }

  #listen(): void {
    for (const { client } of this.company.operators) {
      client.on((event) => {
        if (event.type !== 'verdict') return;
        const { epoch, active } = event;
        if (epoch <= (this.#verdicts.at(-1)?.epoch ?? 0)) return;
        this.#verdicts.push({ atMs: this.#sinceBegin(performance.now()), epoch, active });
        this.#mark('verdict', `${active} is active (epoch ${epoch})`);
      });
    }
  }

  #watchModerators(): readonly ModeratorView[] {
    return this.#arena.moderatorUrls.map(
      (url) => new ModeratorView(url, (word) => this.#hear(word)),
    );
  }

  #hear(word: ModeratorWord | null): void {
    if (this.#strike === null || this.#struck === null || this.#detectedMs !== null) return;
    if (word?.healthy[this.#struck] === false) {
      this.#detectedMs = performance.now() - this.#strike;
      this.note(`${this.#struck} is unhealthy, says the Moderator`);
    }
  }

  async #findings(unsafe: number): Promise<Omit<Findings, 'newcomers'>> {
    const { ledger } = this.company;
    const { spoken } = ledger;
    const audit = await this.#arena.audit();
    const journals = await this.#arena.end(spoken.map(({ text }) => text));
    const strike = this.#strike ?? Number.POSITIVE_INFINITY;
    const repair = Math.max(this.#repair ?? Number.POSITIVE_INFINITY, strike);
    const delays = (from: number, to: number) =>
      quantiles(spoken.filter((m) => m.intendedAt >= from && m.intendedAt < to).map(delayOf));
    // What was said just before the strike may have been on its way.
    const before = delays(0, strike - 100);
    const during = delays(strike - 100, repair);
    const { drill, ...told } = this.#told;
    return {
      drill,
      ...told,
      began: this.#began.toISOString(),
      version: await this.#arena.version(),
      sent: spoken.length,
      lost: ledger.lost().length,
      ...ledger.faults,
      screensDiffering: ledger.differing().length,
      unsafe,
      before,
      during,
      after: delays(repair, Number.POSITIVE_INFINITY),
      addedP99Ms: during.count === 0 ? null : during.p99 - before.p50,
      silenceMs: silences(spoken),
      screens: this.#screens.said,
      verdicts: this.#verdicts,
      detectedMs: this.#detectedMs,
      switchedMs: this.#switchedMs(strike),
      identicalMs: this.#identicalMs,
      hedges: this.company.total('hedges', 'reroutes'),
      hedgesWon: this.company.total('hedgesWon'),
      givenBack: this.company.total('givenBack', 'bridged'),
      audit,
      journals,
      complaints: ledger.complaints,
      unmet: this.#unmet,
      marks: this.#marks,
      messages: spoken.map((message) => this.#message(message)),
    };
  }

  get #told(): Pick<Findings, 'drill' | 'story' | 'scenario' | 'proves' | 'promise'> {
    const { name, story, scenario, proves, promise } = this.#drill;
    return { drill: name, story, scenario, proves, promise };
  }

  /** From the strike until people heard of the other deployment. */
  #switchedMs(strike: number): number | null {
    const from = this.#struck ?? 'primary';
    const at = strike - this.#beganAt;
    const verdict = this.#verdicts.find(({ atMs, active }) => atMs >= at && active === other(from));
    return verdict === undefined ? null : verdict.atMs - at;
  }

  #message(message: Spoken): Message {
    const delay = delayOf(message);
    return {
      atMs: Math.round(this.#sinceBegin(message.intendedAt)),
      delayMs: Number.isFinite(delay) ? Math.round(delay * 10) / 10 : null,
      by: message.by.startsWith('visitor') ? 'visitor' : 'operator',
    };
  }

  #mark(kind: Mark['kind'], words: string): void {
    const atMs = Math.round(this.#sinceBegin(performance.now()));
    this.#marks.push({ atMs, kind, words });
    this.#options.progress(words);
  }

  #sinceBegin(at: number): number {
    return at - this.#beganAt;
  }
}
