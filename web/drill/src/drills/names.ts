// Names for a drill: a resolver as a provider runs one, and behind it an authoritative server for each domain, in processes that can be killed.
// The process of the drill, and what it starts, see only that resolver.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from '../process.ts';

/** Where the resolver listens: the only one in the resolv.conf of the drill's process. */
const resolver = '127.0.5.53';

/** The command in a mount namespace of its own, with another /etc/resolv.conf. Needs root. */
export function enclosed(command: readonly string[], dir: string): readonly string[] {
  const file = join(dir, 'resolv.conf');
  writeFileSync(file, `nameserver ${resolver}\noptions timeout:1 attempts:1\n`);
  const script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
  return ['unshare', '--mount', 'sh', '-c', script, 'sh', file, ...command];
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
  readonly #resolver: Program;

  private constructor(servers: ReadonlyMap<string, Program>, resolver: Program) {
    this.servers = servers;
    this.#resolver = resolver;
  }

  static start(domains: readonly Domain[], dir: string): Names {
    const servers = new Map(domains.map((domain) => [domain.name, authoritative(domain, dir)]));
    const names = new Names(servers, recursive(domains, dir));
    for (const program of names.#programs) program.start();
    return names;
  }

  async close(): Promise<void> {
    for (const program of this.#programs) await program.stop();
  }

  get #programs(): readonly Program[] {
    return [...this.servers.values(), this.#resolver];
  }
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
