// A whole installation on this machine, made by `holdfast init` as a new user would make it, each data centre in a network of its own:
// Primary 127.0.1.0/24, Redundant 127.0.2.0/24, Moderator 127.0.3.0/24. People and the peer link reach a data centre over cables as long as
// they would be.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DeploymentName, SignIn } from '@holdfast/core';
import { type DataCentre, removeLeftBlackholes } from '../faults.ts';
import { presentProgram as holdfast } from '../paths.ts';
import { Program } from '../process.ts';
import { serveShop } from '../shop.ts';
import type { Authority, Certificate } from './authority.ts';
import {
  addOperators,
  allowFrames,
  anotherModerator,
  type FirstOperator,
  init,
  keepRecordIn,
  lookOften,
  nthOperator,
  setFields,
  site,
  uncomment,
} from './config_files.ts';
import { fragileHardware, type Hardware, SmallDisk } from './hardware.ts';
import { freePort, moderatorHost, type Place, place, recordsHost } from './places.ts';
import { cablesOf, Wiring } from './wiring.ts';

export interface InstallOptions {
  readonly moderator: boolean;
  /** How many; several share an etcd. 1 when absent. */
  readonly moderators?: number;
  readonly operators: number;
  /** Who the first operator is; "operator-1" when absent. */
  readonly first?: FirstOperator;
  /** Origin of a page that shows shop and console in frames; nobody may when absent. */
  readonly shownBy?: string;
  /** Where everything is kept; a temporary folder that is removed at the end when absent. */
  readonly dir?: string;
  /** One way, between people and a data centre. */
  readonly cableMs?: number;
  /** One way, between the data centres. */
  readonly peerCableMs?: number;
  /** What is special about a deployment. */
  readonly wishes?: Partial<Record<DeploymentName, Wishes>>;
  /** Of the Moderator; with `drill` the deployments look after each other as fast. `demo` when absent. */
  readonly profile?: 'production' | 'demo' | 'drill';
  /** Everything speaks https, with certificates of this authority, which this process has to trust already. */
  readonly authority?: Authority;
  /** The host under which people reach a deployment's nth address (from 0), where that is a name. */
  readonly hostOf?: (name: DeploymentName, path: number) => string;
}

export interface Wishes {
  /** How many addresses people can reach it under, each over a cable of its own. */
  readonly paths?: number;
  /** What it tells people and the Moderator can be taken out, message by message. */
  readonly legible?: boolean;
  /** A disk of its own of this many MiB. Needs root. */
  readonly diskMb?: number;
  /** Its disk can be made to fail, and its clock to be wrong. */
  readonly fragile?: boolean;
  /** Another build of the program. */
  readonly program?: string;
}

export interface Installation {
  readonly dir: string;
  readonly site: string;
  readonly primary: DataCentre;
  readonly redundant: DataCentre;
  readonly moderators: readonly Program[];
  /** Where several Moderators keep their record. */
  readonly etcd: Program | undefined;
  /** As people reach them. */
  readonly urls: { readonly primary: readonly string[]; readonly redundant: readonly string[] };
  readonly moderatorUrls: readonly string[];
  readonly moderatorKeys: Readonly<Record<string, string>>;
  /** Of the shop, and of the console. */
  readonly origin: string;
  readonly consoleOrigin: string;
  readonly signIns: readonly SignIn[];
  readonly primaryJournal: string;
  readonly redundantJournal: string;
  /** Runs a command of the program; rejects with what it complained about. */
  holdfast(...args: readonly string[]): Promise<string>;
  /** The configuration file of one of the three programs. */
  config(of: DeploymentName | 'moderator'): string;
  /** `holdfast verify` finds no difference between the two. */
  identical(): Promise<boolean>;
  /** With a certificate of the authority that ends then; the program reads it at its next start, or now when it runs. */
  certify(name: DeploymentName, until: Date): Promise<void>;
  /** Nobody makes anything new any more: the journals can be compared once they are identical. */
  stopModerator(): Promise<void>;
  stopDeployments(): Promise<void>;
  close(): Promise<void>;
}

// Never the blocking kind: the cables live in this process, and would stand still with it.
const run = promisify(execFile);
const names: readonly DeploymentName[] = ['primary', 'redundant'];

export async function install(options: InstallOptions): Promise<Installation> {
  const builder = new Builder(options);
  try {
    return await builder.build();
  } catch (error) {
    await builder.close();
    throw error;
  }
}

class Builder {
  readonly #options: InstallOptions;
  readonly #scheme: 'http' | 'https';
  readonly #dir: string;
  readonly #home: string;
  /** What is to be ended, last made first. */
  readonly #closing: (() => Promise<void> | void)[] = [];

  constructor(options: InstallOptions) {
    this.#options = options;
    this.#scheme = options.authority === undefined ? 'http' : 'https';
    this.#dir = options.dir ?? mkdtempSync(join(tmpdir(), 'holdfast-'));
    this.#home = join(this.#dir, 'installation');
  }

  async build(): Promise<Installation> {
    await removeLeftBlackholes();
    const { shownBy, first = nthOperator(1), operators } = this.#options;
    const places = { primary: await place('primary'), redundant: await place('redundant') };
    const watchers = this.#options.moderator ? (this.#options.moderators ?? 1) : 1;
    const moderatorUrls: string[] = [];
    for (let nth = 1; nth <= watchers; nth += 1) {
      const host = moderatorHost(nth);
      moderatorUrls.push(`${this.#scheme}://${host}:${await freePort(host)}`);
    }
    const [moderatorUrl = ''] = moderatorUrls;
    // Some browsers let a frame keep nothing unless its page is of the same site, and a site is a host whatever the port.
    const pagesHost = shownBy === undefined ? undefined : new URL(shownBy).hostname;
    const shop = await serveShop(pagesHost ?? '127.0.9.1');
    this.#closing.unshift(() => shop.close());

    const { profile = 'demo' } = this.#options;
    const plan = {
      scheme: this.#scheme,
      ...places,
      moderatorUrl,
      origin: shop.url,
      first,
      profile,
    };
    await init(holdfast, this.#home, plan);
    await this.#secure();

    const { cableMs = 10, peerCableMs = 40 } = this.#options;
    const wiring = new Wiring({ cableMs, peerCableMs });
    this.#closing.unshift(() => wiring.close());
    const { wishes } = this.#options;
    const wires = {
      // The console that an operator opens is Primary's.
      primary: await wiring.lay(places.primary, places.redundant, {
        ...wishes?.primary,
        ...(pagesHost !== undefined && { deskHost: pagesHost }),
      }),
      redundant: await wiring.lay(places.redundant, places.primary, wishes?.redundant ?? {}),
    };
    const urls = {
      primary: wires.primary.people.map((cable, i) => this.#url(cable.url, 'primary', i)),
      redundant: wires.redundant.people.map((cable, i) => this.#url(cable.url, 'redundant', i)),
    };
    const consoleOrigin =
      pagesHost === undefined ? (urls.primary[0] ?? '') : this.#url(wires.primary.desk.url);

    const raise = async (name: DeploymentName): Promise<DataCentre> => {
      const other = name === 'primary' ? 'redundant' : 'primary';
      setFields(this.#config(name), {
        own: urls[name],
        peer: urls[other],
        dial: [this.#url(wires[name].dialled.url)],
        moderators: moderatorUrls,
      });
      // A build from before does not know what is meant.
      if (profile === 'drill' && this.#options.wishes?.[name]?.program === undefined)
        lookOften(this.#config(name));
      if (shownBy !== undefined) allowFrames(this.#config(name), shownBy, consoleOrigin);
      const { hardware, disk } = await this.#hardware(name);
      return {
        name,
        program: this.#serve(places[name], hardware?.environment),
        wires: wires[name],
        cables: cablesOf(name, wires),
        network: `${places[name].net}.0/24`,
        port: places[name].port,
        config: this.#config(name),
        data: join(this.#home, name),
        ...(hardware && { hardware }),
        ...(disk && { disk }),
      };
    };
    const primary = await raise('primary');
    const redundant = await raise('redundant');
    setFields(this.#config('moderator'), {
      primary: [this.#url(wires.primary.watched.url)],
      redundant: [this.#url(wires.redundant.watched.url)],
    });

    primary.program.start();
    redundant.program.start();
    await Promise.all([primary.program.ready(), redundant.program.ready()]);
    const etcd = watchers > 1 ? await this.#keepRecords() : undefined;
    const moderators: Program[] = [];
    if (this.#options.moderator) {
      for (const [i, url] of moderatorUrls.entries())
        moderators.push(await this.#moderate(i + 1, url));
    }

    const signIns = [
      { site, operator: first.operator, password: first.password },
      ...(await addOperators(holdfast, this.#config('primary'), operators)),
    ];
    const facts = await fetch(`${urls.primary[0]}/v1/client.json`);
    const { moderatorKeys } = (await facts.json()) as { moderatorKeys: Record<string, string> };
    shop.tell({ site, deployments: urls, moderators: moderatorUrls, moderatorKeys });

    return {
      dir: this.#dir,
      site,
      primary,
      redundant,
      moderators,
      etcd,
      urls,
      moderatorUrls,
      moderatorKeys,
      origin: shop.url,
      consoleOrigin,
      signIns,
      primaryJournal: join(this.#home, 'primary', 'journal.db'),
      redundantJournal: join(this.#home, 'redundant', 'journal.db'),
      holdfast: async (...args) => (await run(holdfast, args)).stdout,
      config: (of) => this.#config(of),
      identical: () => this.#identical(),
      certify: async (name, until) => {
        await this.#certify(name, until);
        const { program } = name === 'primary' ? primary : redundant;
        program.signal('SIGHUP');
      },
      async stopModerator() {
        for (const moderator of moderators) await moderator.stop();
      },
      async stopDeployments() {
        await Promise.all([primary.program.stop(), redundant.program.stop()]);
      },
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
    await removeLeftBlackholes();
    if (!this.#options.dir) rmSync(this.#dir, { recursive: true, force: true });
  }

  #config(of: DeploymentName | 'moderator'): string {
    return join(this.#home, `${of}.toml`);
  }

  /** Of a cable: with the scheme, and the name if it has one. */
  #url(of: string, name?: DeploymentName, path = 0): string {
    const { host, hostname, port } = new URL(of);
    const named = name && this.#options.hostOf?.(name, path);
    return `${this.#scheme}://${named === undefined ? host : `${named ?? hostname}:${port}`}`;
  }

  async #hardware(name: DeploymentName): Promise<{ hardware?: Hardware; disk?: SmallDisk }> {
    const wishes = this.#options.wishes?.[name];
    const data = join(this.#home, name);
    const found: { hardware?: Hardware; disk?: SmallDisk } = {};
    if (wishes?.diskMb !== undefined) {
      const disk = await SmallDisk.mount(data, wishes.diskMb);
      this.#closing.unshift(() => disk.unmount());
      found.disk = disk;
    }
    if (wishes?.fragile) found.hardware = await fragileHardware(this.#dir, name, data);
    return found;
  }

  #serve(at: Place, environment: Readonly<Record<string, string>> = {}): Program {
    const program = new Program({
      name: at.name,
      command: this.#options.wishes?.[at.name]?.program ?? holdfast,
      args: ['serve', '--config', this.#config(at.name)],
      logFile: join(this.#dir, `${at.name}.log`),
      readyUrl: `${this.#scheme}://${at.host}:${at.port}/readyz`,
      environment,
    });
    this.#closing.unshift(() => program.stop());
    return program;
  }

  async #moderate(nth: number, url: string): Promise<Program> {
    const name = nth === 1 ? 'moderator' : `moderator-${nth}`;
    const config = join(this.#home, `${name}.toml`);
    if (nth > 1) anotherModerator(this.#config('moderator'), config, nth, new URL(url).host);
    const program = new Program({
      name,
      command: holdfast,
      args: ['moderate', '--config', config],
      logFile: join(this.#dir, `${name}.log`),
      readyUrl: `${url}/livez`,
    });
    this.#closing.unshift(() => program.stop());
    program.start();
    await program.ready();
    return program;
  }

  /** An etcd of one member, at the third place. */
  async #keepRecords(): Promise<Program> {
    const [client, peer] = [await freePort(recordsHost), await freePort(recordsHost)];
    const url = `http://${recordsHost}:${client}`;
    const peerUrl = `http://${recordsHost}:${peer}`;
    const program = new Program({
      name: 'etcd',
      command: 'etcd',
      args: [
        ...['--data-dir', join(this.#dir, 'etcd'), '--listen-client-urls', url],
        ...['--advertise-client-urls', url, '--listen-peer-urls', peerUrl],
        ...['--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`],
      ],
      logFile: join(this.#dir, 'etcd.log'),
      readyUrl: `${url}/health`,
    });
    this.#closing.unshift(() => program.stop());
    program.start();
    await program.ready();
    keepRecordIn(this.#config('moderator'), [url]);
    return program;
  }

  async #secure(): Promise<void> {
    const { authority } = this.#options;
    if (authority === undefined) return;
    const tomorrow = new Date(Date.now() + 86_400_000);
    for (const of of [...names, 'moderator'] as const) {
      await this.#certify(of, tomorrow);
      const file = (what: string) => join(this.#home, `${of}.${what}`);
      uncomment(this.#config(of), {
        certificate_file: file('pem'),
        key_file: file('key'),
        ca_file: authority.file,
      });
    }
  }

  /** Issues it in place: where the configuration says. */
  async #certify(of: DeploymentName | 'moderator', until: Date): Promise<void> {
    const { authority } = this.#options;
    if (authority === undefined) throw new Error('this installation has no certificates');
    const last = (net: string, ends: readonly number[]) => ends.map((end) => `${net}.${end}`);
    // A cable to the peer ends in this data centre and shows the certificate of the other one, so each is for both.
    const addresses = ['127.0.1', '127.0.2', '127.0.3'].flatMap((net) =>
      last(net, [1, 10, 12, 14, 20, 30]),
    );
    const issued = await authority.issue(of, addresses, until);
    for (const [what, from] of Object.entries({
      pem: issued.certificate,
      key: issued.key,
    } satisfies Record<'pem' | 'key', Certificate['key']>))
      await run('cp', [from, join(this.#home, `${of}.${what}`)]);
  }

  #identical(): Promise<boolean> {
    const args = names.flatMap((name) => ['--config', this.#config(name)]);
    return run(holdfast, ['verify', ...args]).then(
      () => true,
      () => false,
    );
  }
}
