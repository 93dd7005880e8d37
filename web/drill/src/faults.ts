// The failures that a data centre can suffer, made for real and repaired again. Each is inflicted on one `DataCentre`:
// its process, its cables and its network, 127.0.N.0/24.

import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { DeploymentName } from '@holdfast/core';
import type { Cable, Mend } from './cable.ts';
import type { Hardware, SmallDisk } from './installation/hardware.ts';
import type { Wires } from './installation/wiring.ts';
import type { Program } from './process.ts';

const run = promisify(execFile);

export interface DataCentre {
  readonly name: DeploymentName;
  readonly program: Program;
  readonly wires: Wires;
  /** All that leads in and out, the other one's cable to the peer included. */
  readonly cables: readonly Cable[];
  /** Network of the data centre, e.g. "127.0.1.0/24"; everything in it listens and dials from there. */
  readonly network: string;
  /** Where its node listens. */
  readonly port: number;
  /** The configuration file of its node. */
  readonly config: string;
  /** The data folder of its node. */
  readonly data: string;
  /** Where a drill asked for it. */
  readonly hardware?: Hardware;
  readonly disk?: SmallDisk;
}

export interface Fault {
  readonly name: FaultName;
  /** What happens, in a sentence. */
  readonly story: string;
  inflict(): Promise<void>;
  repair(): Promise<void>;
}

export const faultNames = ['kill', 'freeze', 'cut-off', 'blackhole'] as const;
export type FaultName = (typeof faultNames)[number];

export function isFaultName(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name);
}

export function makeFault(name: FaultName, target: DataCentre): Fault {
  switch (name) {
    case 'kill':
      return kill(target);
    case 'freeze':
      return freeze(target);
    case 'cut-off':
      return cutOff(target);
    case 'blackhole':
      return blackhole(target);
  }
}

function kill(target: DataCentre): Fault {
  let mends: readonly Mend[] = [];
  return {
    name: 'kill',
    story: `${target.name} is lost at once (SIGKILL); connections are reset, bytes on their way are gone`,
    async inflict() {
      mends = target.cables.map((cable) => cable.cut());
      await target.program.kill();
    },
    async repair() {
      for (const mend of mends) mend();
      target.program.start();
      await target.program.ready();
    },
  };
}

function freeze(target: DataCentre): Fault {
  return {
    name: 'freeze',
    story: `${target.name} stands still (SIGSTOP): its kernel goes on acknowledging, nobody answers`,
    inflict: async () => target.program.freeze(),
    async repair() {
      target.program.thaw();
      await target.program.ready();
    },
  };
}

/** What `blackhole` does, made by the cables: needs no root, but whoever dials is still answered by a kernel before the silence. */
function cutOff(target: DataCentre): Fault {
  let mends: readonly Mend[] = [];
  return {
    name: 'cut-off',
    story: `${target.name} is cut off: its cables swallow everything, no FIN, no RST`,
    async inflict() {
      mends = target.cables.map((cable) => cable.swallow());
    },
    async repair() {
      for (const mend of mends) mend();
      await target.program.ready();
    },
  };
}

function blackhole(target: DataCentre): Fault {
  const { network } = target;
  return {
    name: 'blackhole',
    ...packets(target, 'blackhole', `ip saddr ${network} drop; ip daddr ${network} drop`, {
      story: `${target.name}'s network swallows every packet: no FIN, no RST, no answer`,
    }),
  };
}

// Whoever ends this process in the middle of a fault must not be left with it.
const present = new Set<string>();
process.once('exit', () => {
  for (const table of present) spawnSync('nft', ['delete', 'table', 'inet', table]);
});

/** A rule of the packet filter, in a table of its own that goes with the fault. Needs root and nftables. */
export function packets(
  target: DataCentre,
  what: string,
  rules: string,
  { story }: { readonly story: string },
): Pick<Fault, 'story' | 'inflict' | 'repair'> {
  const table = `holdfast_drill_${process.pid}_${target.name}_${what}`;
  return {
    story,
    async inflict() {
      // On input: a drop on the output hook would tell the sender at once (EPERM), which is no blackhole.
      present.add(table);
      await nft(`table inet ${table} {
        chain input {
          type filter hook input priority -300;
          ${rules}
        }
      }`);
    },
    async repair() {
      await nft(`delete table inet ${table}`);
      present.delete(table);
      await target.program.ready();
    },
  };
}

/** Not the blocking kind of call: people and cables live in this process, and must not stand still while a fault is made. */
async function nft(rules: string): Promise<void> {
  const child = spawn('nft', ['-f', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  child.stdin.end(rules);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`nft refused (it needs root and nftables): ${complaint}`);
  }
}

/** Takes away the blackholes of a run that was cut off; safe to call at any time. */
export async function removeLeftBlackholes(): Promise<void> {
  // Without nft there is nothing that it could have left.
  const tables = await run('nft', ['list', 'tables']).then(
    ({ stdout }) => stdout,
    () => '',
  );
  for (const [, table, pid] of tables.matchAll(/table inet (holdfast_drill_(\d+)\w*)/g)) {
    if (Number(pid) === process.pid || !isAlive(Number(pid)))
      await nft(`delete table inet ${table}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function other(name: DeploymentName): DeploymentName {
  return name === 'primary' ? 'redundant' : 'primary';
}
