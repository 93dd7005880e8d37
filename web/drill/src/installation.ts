// A whole installation on this machine, made by `holdfast init` as a new user would make it, each data centre in a network of
// its own: Primary 127.0.1.0/24, Redundant 127.0.2.0/24, Moderator 127.0.3.0/24. People and the peer link reach a data centre over
// cables as long as they would be.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SignIn } from '@holdfast/core';
import { Cable } from './cable.ts';
import { type DataCentre, removeLeftBlackholes } from './faults.ts';
import { programs } from './paths.ts';
import { Program } from './process.ts';
import { serveShop } from './shop.ts';

export interface InstallOptions {
  readonly moderator: boolean;
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
}

export interface FirstOperator {
  readonly operator: string;
  readonly name: string;
  readonly password: string;
}

export interface Installation {
  readonly dir: string;
  readonly site: string;
  readonly primary: DataCentre;
  readonly redundant: DataCentre;
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
  config(of: 'primary' | 'redundant' | 'moderator'): string;
  /** `holdfast verify` finds no difference between the two. */
  identical(): Promise<boolean>;
  /** Nobody makes anything new any more: the journals can be compared once they are identical. */
  stopModerator(): Promise<void>;
  stopDeployments(): Promise<void>;
  close(): Promise<void>;
}

// Never the blocking kind: the cables live in this process, and would stand still with it.
const run = promisify(execFile);
const holdfast = join(programs, 'holdfast');
const site = 'shop';

interface Place {
  readonly name: 'primary' | 'redundant';
  /** The first three numbers of its network. */
  readonly net: string;
  readonly host: string;
  readonly port: number;
}

export async function install(options: InstallOptions): Promise<Installation> {
  await removeLeftBlackholes();
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'holdfast-'));
  const home = join(dir, 'installation');
  const places = {
    primary: await place('primary', '127.0.1'),
    redundant: await place('redundant', '127.0.2'),
  };
  const moderatorUrl = `http://127.0.3.1:${await freePort('127.0.3.1')}`;
  // Some browsers let a frame keep nothing unless its page is of the same site, and a site is a host whatever the port.
  const pagesHost = options.shownBy === undefined ? undefined : new URL(options.shownBy).hostname;
  const shop = await serveShop(pagesHost ?? '127.0.9.1');
  const closing: (() => Promise<void> | void)[] = [() => shop.close()];

  try {
    const origin = shop.url;
    const first = options.first ?? {
      operator: operatorId(1),
      name: '',
      password: operatorPassword(1),
    };
    await init(home, places.primary, places.redundant, moderatorUrl, origin, first);

    const { cableMs = 10, peerCableMs = 40 } = options;
    const lay = async (at: Place, near: number, to: Place, delayMs: number, listen?: string) => {
      const cable = await Cable.lay({
        listen: listen ?? `${at.net}.${near}`,
        from: `${at.net}.${near + 1}`,
        to,
        delayMs,
      });
      closing.unshift(() => cable.close());
      return cable;
    };
    const people = {
      primary: await lay(places.primary, 10, places.primary, cableMs),
      redundant: await lay(places.redundant, 10, places.redundant, cableMs),
    };
    const dialled = {
      primary: await lay(places.primary, 20, places.redundant, peerCableMs),
      redundant: await lay(places.redundant, 20, places.primary, peerCableMs),
    };
    const watched = {
      primary: await lay(places.primary, 30, places.primary, cableMs),
      redundant: await lay(places.redundant, 30, places.redundant, cableMs),
    };

    // The console that an operator opens is Primary's.
    const desk =
      pagesHost === undefined
        ? people.primary
        : await lay(places.primary, 40, places.primary, cableMs, pagesHost);

    const dataCentre = (name: Place['name']): DataCentre => {
      const other = name === 'primary' ? 'redundant' : 'primary';
      const file = join(home, `${name}.toml`);
      setFields(file, {
        own: [people[name].url],
        peer: [people[other].url],
        dial: [dialled[name].url],
      });
      if (options.shownBy !== undefined) allowFrames(file, options.shownBy, desk.url);
      const at = places[name];
      const program = new Program({
        name,
        command: holdfast,
        args: ['serve', '--config', file],
        logFile: join(dir, `${name}.log`),
        readyUrl: `http://${at.host}:${at.port}/readyz`,
      });
      closing.unshift(() => program.stop());
      const cables = [people[name], watched[name], dialled.primary, dialled.redundant];
      if (name === 'primary' && desk !== people.primary) cables.push(desk);
      return { name, program, cables, network: `${at.net}.0/24` };
    };
    const primary = dataCentre('primary');
    const redundant = dataCentre('redundant');
    const config = (name: string) => join(home, `${name}.toml`);
    setFields(config('moderator'), {
      primary: [watched.primary.url],
      redundant: [watched.redundant.url],
    });

    primary.program.start();
    redundant.program.start();
    await Promise.all([primary.program.ready(), redundant.program.ready()]);
    let moderator: Program | undefined;
    if (options.moderator) {
      moderator = new Program({
        name: 'moderator',
        command: holdfast,
        args: ['moderate', '--config', config('moderator')],
        logFile: join(dir, 'moderator.log'),
        readyUrl: `${moderatorUrl}/livez`,
      });
      closing.unshift(() => moderator?.stop());
      moderator.start();
      await moderator.ready();
    }

    const signIns = [
      { site, operator: first.operator, password: first.password },
      ...(await addOperators(config('primary'), options.operators)),
    ];
    const facts = await fetch(`${people.primary.url}/v1/client.json`);
    const { moderatorKeys } = (await facts.json()) as { moderatorKeys: Record<string, string> };
    const urls = { primary: [people.primary.url], redundant: [people.redundant.url] };
    shop.tell({ site, deployments: urls, moderators: [moderatorUrl], moderatorKeys });

    return {
      dir,
      site,
      primary,
      redundant,
      urls,
      moderatorUrls: [moderatorUrl],
      moderatorKeys,
      origin,
      consoleOrigin: desk.url,
      signIns,
      primaryJournal: join(home, 'primary', 'journal.db'),
      redundantJournal: join(home, 'redundant', 'journal.db'),
      holdfast: async (...args) => (await run(holdfast, args)).stdout,
      config,
      identical: () =>
        run(holdfast, [
          'verify',
          '--config',
          config('primary'),
          '--config',
          config('redundant'),
        ]).then(
          () => true,
          () => false,
        ),
      async stopModerator() {
        await moderator?.stop();
      },
      async stopDeployments() {
        await Promise.all([primary.program.stop(), redundant.program.stop()]);
      },
      async close() {
        await closeAll(closing);
        if (!options.dir) rmSync(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function init(
  home: string,
  primary: Place,
  redundant: Place,
  moderatorUrl: string,
  origin: string,
  first: FirstOperator,
): Promise<void> {
  const url = (at: Place) => `http://${at.host}:${at.port}`;
  await run(holdfast, [
    ...['init', home, '--site', site, '--origin', origin],
    ...['--operator', first.operator, '--password', first.password],
    ...(first.name === '' ? [] : ['--operator-name', first.name]),
    ...['--primary-url', url(primary), '--redundant-url', url(redundant)],
    ...['--moderator-url', moderatorUrl, '--profile', 'demo'],
  ]);
}

/** Those after the first, whom `init` makes. */
async function addOperators(config: string, count: number): Promise<SignIn[]> {
  const signIns: SignIn[] = [];
  for (let i = 2; i <= count; i += 1) {
    const [operator, password] = [operatorId(i), operatorPassword(i)];
    await run(holdfast, [
      ...['operator', 'add', operator, '--site', site, '--password', password],
      ...['--config', config],
    ]);
    signIns.push({ site, operator, password });
  }
  return signIns;
}

const operatorId = (i: number) => `operator-${i}`;
const operatorPassword = (i: number) => `correct-horse-${i}`;

/** Replaces `name = […]` in a configuration that `init` made. */
function setFields(file: string, fields: Record<string, readonly string[]>): void {
  let text = readFileSync(file, 'utf8');
  for (const [name, values] of Object.entries(fields)) {
    const line = new RegExp(`^${name} = \\[.*\\]$`, 'm');
    if (!line.test(text)) throw new Error(`${file} has no line "${name} = […]"`);
    text = text.replace(line, `${name} = ${JSON.stringify(values)}`);
  }
  writeFileSync(file, text);
}

function allowFrames(file: string, ancestor: string, consoleOrigin: string): void {
  const text = readFileSync(file, 'utf8').replace(
    /^# console_origins = .*$/m,
    `console_origins = ${JSON.stringify([consoleOrigin])}`,
  );
  if (!text.includes(consoleOrigin)) throw new Error(`${file} has no line "# console_origins"`);
  writeFileSync(file, `${text}\n[web]\nconsole_frame_ancestors = ${JSON.stringify([ancestor])}\n`);
}

async function place(name: Place['name'], net: string): Promise<Place> {
  const host = `${net}.1`;
  return { name, net, host, port: await freePort(host) };
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error(`no free port on ${host}`);
  return address.port;
}

async function closeAll(closing: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const close of closing) await close();
  await removeLeftBlackholes();
}
