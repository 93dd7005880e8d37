// The demo with its page: the installation, the two people who write without a pause, what the Moderator says, and the buttons.

import { join } from 'node:path';
import type { DeploymentName, Order, Sample, State, Tell } from '@holdfast/panel';
import { makeFault } from '../faults.ts';
import { type Installation, install } from '../installation/installation.ts';
import { repository } from '../paths.ts';
import { pause } from '../process.ts';
import { Control, OrderRefused, titles } from './control.ts';
import { maintenanceOf } from './maintenance.ts';
import { ModeratorView, type ModeratorWord } from './moderator_view.ts';
import { Pulse } from './pulse.ts';
import { PanelRecord } from './record.ts';
import { PanelServer } from './server.ts';
import { Tally } from './tally.ts';

/** How much of the past a page that comes anew is shown. */
const pastMs = 120_000;
const tickMs = 100;
/** The pair goes on writing for so long after the last page was closed: what people noticed of a press shall still be told. */
const restAfterMs = 30_000;

/** Twice what the design allows (§12, 5): whoever waits longer is told that the two still differ. */
const identicalWithinMs = 60_000;

const pulseSignIn = { site: 'pulse', operator: 'pulse', password: 'tick-tock-tick-tock' };

export class Panel {
  readonly #server: PanelServer;
  readonly #tally = new Tally();
  readonly #record: PanelRecord;
  #phase: State['phase'] = 'starting';
  #doing = 'Starting both deployments and the Moderator';
  #installation: Installation | undefined;
  #control: Control | undefined;
  #pulse: Pulse | undefined;
  #moderator: ModeratorView | undefined;
  #word: ModeratorWord | null = null;
  #past: Sample[] = [];
  #fresh: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #watchedAt = now();
  #told = '';

  private constructor(port: number | undefined) {
    this.#server = new PanelServer({
      root: join(repository, 'web/panel/dist'),
      whole: () => this.#whole(),
      obey: (order) => this.obey(order),
      // Their ports are not known yet when the page is loaded first.
      frames: ['http://127.0.0.1:*'],
      ...(port !== undefined && { port }),
    });
    this.#record = new PanelRecord({
      now,
      line: (line) => this.#server.tell({ t: 'lines', lines: [line] }),
      mark: (mark) => this.#server.tell({ t: 'marks', marks: [mark] }),
    });
  }

  /** The page is there at once and says what is being started. */
  static async open(port?: number): Promise<Panel> {
    const panel = new Panel(port);
    await panel.#server.listen();
    panel.#timer = setInterval(() => panel.#tick(), tickMs);
    return panel;
  }

  get url(): string {
    return `${this.#server.url}/`;
  }

  get installation(): Installation {
    if (!this.#installation) throw new Error('nothing has been started yet');
    return this.#installation;
  }

  async start(): Promise<void> {
    const installation = await install({
      moderator: true,
      operators: 1,
      first: { operator: 'ada', name: 'Ada', password: 'harbour-lights' },
      shownBy: this.#server.url,
    });
    this.#installation = installation;
    this.#moderator = new ModeratorView(installation.moderatorUrls[0] as string, (word) =>
      this.#hear(word),
    );
    const { begin, end } = maintenanceOf(installation);
    this.#control = new Control(
      {
        makeFault: (name, on) => makeFault(name, installation[on]),
        becomesIdentical: () => becomesIdentical(installation),
        beginMaintenance: begin,
        endMaintenance: end,
      },
      {
        did: (text, { kind, text: short }) => {
          this.#record.watch(text, this.#tally.counters(now()));
          this.#record.mark(kind, short);
        },
        tell: (text) => this.#record.tell('demo', text),
        changed: () => this.#tellState(),
      },
      now,
    );
    this.#doing = 'Two people begin to write to each other';
    this.#pulse = await this.#startPulse(installation);
    this.#phase = 'running';
    this.#record.tell('demo', 'Everything is up. Break something.');
    this.#tellState();
  }

  async obey(order: Order): Promise<void> {
    if (!this.#control || this.#phase !== 'running') {
      throw new OrderRefused('The demo is not running yet, or not any more.');
    }
    await this.#control.obey(order);
  }

  async close(): Promise<void> {
    this.#phase = 'ending';
    this.#tellState();
    clearInterval(this.#timer);
    this.#moderator?.close();
    this.#pulse?.close();
    await this.#installation?.close();
    await this.#server.close();
  }

  async #startPulse(installation: Installation): Promise<Pulse> {
    await addPulseSite(installation);
    const { origin, consoleOrigin, urls, moderatorUrls, moderatorKeys } = installation;
    const { site } = pulseSignIn;
    const town = { site, origin, consoleOrigin, urls, moderatorUrls, moderatorKeys, now };
    const pulse = new Pulse(town, pulseSignIn, {
      said: (message) => this.#tally.say(message),
      seen: (message) => {
        const sample = this.#tally.see(message, now());
        this.#record.hear(sample);
        this.#fresh.push(sample);
      },
      doubled: () => this.#tally.harm('doubled'),
      reordered: () => this.#tally.harm('reordered'),
      over: (chat) => this.#tally.close(chat),
    });
    await pulse.start();
    return pulse;
  }

  #hear(word: ModeratorWord | null): void {
    const before = this.#word;
    this.#word = word ?? before;
    if (word) this.#control?.moderatorSays(word.inMaintenance);
    if (word && before && word.epoch !== before.epoch) {
      this.#record.mark('verdict', `epoch ${word.epoch}: ${titles[word.active]}`);
      this.#record.tell(
        'moderator',
        `${titles[word.active]} is active now, epoch ${word.epoch} (${word.why})`,
      );
    }
  }

  #tick(): void {
    const at = now();
    for (const name of ['primary', 'redundant'] as const) this.#notePassing(name);
    if (this.#server.watchers > 0) this.#watchedAt = at;
    this.#pulse?.run(at - this.#watchedAt < restAfterMs);

    const waiting = this.#tally.waiting();
    this.#record.look(waiting, this.#tally.counters(at));
    this.#server.tell({ t: 'samples', now: at, samples: this.#fresh, waiting });
    this.#past.push(...this.#fresh);
    this.#fresh = [];
    while ((this.#past[0]?.at ?? at) < at - pastMs) this.#past.shift();
    this.#tellState();
  }

  /** A program that ended by itself is as dead as one that was killed. */
  #notePassing(name: DeploymentName): void {
    if (this.#phase === 'running' && this.#installation?.[name].program.running === false)
      this.#control?.died(name);
  }

  #whole(): Tell[] {
    return [
      { t: 'state', state: this.#state() },
      { t: 'marks', marks: this.#record.marks },
      { t: 'lines', lines: this.#record.lines },
      { t: 'samples', now: now(), samples: this.#past, waiting: [] },
    ];
  }

  #tellState(): void {
    const state = this.#state();
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    this.#server.tell({ t: 'state', state });
  }

  #state(): State {
    const view = (name: DeploymentName) => ({
      condition: this.#control?.condition(name) ?? ('coming-back' as const),
      healthy: this.#word?.healthy[name] ?? null,
      can: this.#phase === 'running' ? (this.#control?.can(name) ?? []) : [],
    });
    const [signIn] = this.#installation?.signIns ?? [];
    return {
      phase: this.#phase,
      doing: this.#doing,
      pages:
        this.#installation && signIn
          ? {
              shop: `${this.#installation.origin}/`,
              console: `${this.#installation.consoleOrigin}/console/`,
              signIn,
            }
          : null,
      active: this.#word?.active ?? null,
      epoch: this.#word?.epoch ?? 0,
      maintenance: this.#control?.maintenance ?? { step: 'off', of: 'primary' },
      lag: this.#word?.lag ?? null,
      deployments: { primary: view('primary'), redundant: view('redundant') },
      counters: this.#tally.counters(now()),
    };
  }
}

/** The two who write are nobody's customers: a site of their own keeps them out of the console. */
async function addPulseSite({ holdfast, config, origin }: Installation): Promise<void> {
  const at = ['--config', config('primary')];
  const { site, operator, password } = pulseSignIn;
  await holdfast('site', 'add', site, '--name', 'Pulse', '--origin', origin, ...at);
  await holdfast(...['operator', 'add', operator, '--site', site, '--password', password], ...at);
}

async function becomesIdentical(installation: Installation): Promise<boolean> {
  const until = now() + identicalWithinMs;
  while (now() < until) {
    if (await installation.identical()) return true;
    await pause(100);
  }
  return false;
}

/** Wall milliseconds that never go back. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
