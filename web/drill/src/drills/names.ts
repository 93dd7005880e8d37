// Names for a drill: a resolver as a provider runs one, and behind it an authoritative server for each domain, in processes that can be killed.
// The process of the drill, and what it starts, see only that resolver.

import { lookup } from 'node:dns/promises';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploymentName } from '@holdfast/core';
import { Program, pause } from '../process.ts';

/** Where the resolver listens: the only one in the resolv.conf of the drill's process. */
const resolver = '127.0.5.53';

/** An /etc/resolv.conf that knows only the drill's resolver. */
export function resolvConf(dir: string): string {
  const file = join(dir, 'resolv.conf');
  writeFileSync(file, `nameserver ${resolver}\noptions timeout:1 attempts:1\n`);
  return file;
}

/** Two domains, so that no name server is needed by both. */
export const domains = ['chat-one.test', 'chat-two.test'] as const;

/** Each data centre has a name on each of them: its nth address is on the nth domain. */
export function hostName(name: DeploymentName, path: number): string {
  return `${name}.${domains[path] ?? domains[0]}`;
}

/** The names that `hostName` gives, for the cables of an installation. */
export function domainsOfCables(): readonly Domain[] {
  return domains.map((name, path) => ({
    name,
    server: `127.0.${6 + path}.53`,
    hosts: {
      [hostName('primary', path)]: `127.0.1.${10 + 2 * path}`,
      [hostName('redundant', path)]: `127.0.2.${10 + 2 * path}`,
    },
  }));
}

export interface Domain {
  readonly name: string;
  /** Of the authoritative server. */
  readonly server: string;
  /** Host name to address. */
  readonly hosts: Readonly<Record<string, string>>;
}

export class Names {
  readonly servers: ReadonlyMap<string, Program>;
  readonly #served: readonly Domain[];
  readonly #dir: string;
  readonly #resolver: Program;
  readonly #emptied = new Map<string, Program>();

  private constructor(served: readonly Domain[], dir: string) {
    this.#served = served;
    this.#dir = dir;
    this.servers = new Map(served.map((domain) => [domain.name, authoritative(domain, dir)]));
    this.#resolver = recursive(served, dir);
  }

  /** Resolves when every name can be looked up. */
  static async start(served: readonly Domain[]): Promise<Names> {
    const dir = mkdtempSync(join(tmpdir(), 'holdfast-names-'));
    const names = new Names(served, dir);
    for (const program of names.#programs) program.start();
    for (const host of served.flatMap(({ hosts }) => Object.keys(hosts))) await resolved(host);
    return names;
  }

  /** Its name server goes on answering, and knows no host any more: as after an upload of a zone file that was cut short. */
  async empty(name: string): Promise<void> {
    const domain = this.#served.find((each) => each.name === name);
    if (domain === undefined) throw new Error(`no name server serves ${name}`);
    const emptied = authoritative({ ...domain, hosts: {} }, this.#dir);
    await this.servers.get(name)?.stop();
    emptied.start();
    this.#emptied.set(name, emptied);
  }

  async refill(name: string): Promise<void> {
    await this.#emptied.get(name)?.stop();
    this.#emptied.delete(name);
    this.servers.get(name)?.start();
  }

  async close(): Promise<void> {
    for (const program of this.#programs) await program.stop();
  }

  get #programs(): readonly Program[] {
    return [...this.servers.values(), ...this.#emptied.values(), this.#resolver];
  }
}

async function resolved(host: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const known = await lookup(host).then(
      () => true,
      () => false,
    );
    if (known) return;
    await pause(100);
  }
  throw new Error(`the name servers of the drill do not know ${host}`);
}

const common = [
  '--no-daemon',
  '--conf-file=/dev/null',
  '--no-hosts',
  '--no-resolv',
  '--bind-interfaces',
  '--pid-file=',
];

function authoritative({ name, server, hosts }: Domain, dir: string): Program {
  const records = Object.entries(hosts).map(
    ([host, address]) => `--host-record=${host},${address},1`,
  );
  return dnsmasq(`names of ${name}`, dir, [
    ...[`--listen-address=${server}`, `--local=/${name}/`, '--local-ttl=1', '--cache-size=0'],
    ...records,
  ]);
}

function recursive(domains: readonly Domain[], dir: string): Program {
  const forwards = domains.map(({ name, server }) => `--server=/${name}/${server}`);
  return dnsmasq('resolver', dir, [`--listen-address=${resolver}`, '--max-ttl=1', ...forwards]);
}

function dnsmasq(name: string, dir: string, args: readonly string[]): Program {
  return new Program({
    name,
    command: 'dnsmasq',
    args: [...common, ...args],
    logFile: join(dir, 'names.log'),
    readyUrl: '',
  });
}
