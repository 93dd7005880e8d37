// What can happen to a data centre beyond the faults of ../faults.ts: its disk, its clock, its people.

import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cable, Mend } from '../cable.ts';
import { type DataCentre, makeFault, packets } from '../faults.ts';
import type { Program } from '../process.ts';

const run = promisify(execFile);

export interface Hazard {
  readonly story: string;
  inflict(): Promise<void>;
  repair(): Promise<void>;
}

/** Only the process: its machine and network go on, and the kernel says goodbye for it. */
export function killed(program: Program, name: string): Hazard {
  return {
    story: `${name} is killed (SIGKILL)`,
    inflict: () => program.kill(),
    async repair() {
      program.start();
      await program.ready();
    },
  };
}

/** Processes and network at the same moment, as when the power of the building fails. */
export function lost(at: DataCentre): Hazard {
  const dead = makeFault('kill', at);
  const silent = makeFault('blackhole', at);
  return {
    story: `the data centre of ${at.name} is lost: its machines are off, and its network answers nobody`,
    async inflict() {
      await Promise.all([silent.inflict(), dead.inflict()]);
    },
    async repair() {
      at.program.start();
      await silent.repair();
      await dead.repair();
    },
  };
}

export function cut(cables: readonly Cable[], story: string): Hazard {
  let mends: readonly Mend[] = [];
  return {
    story,
    async inflict() {
      mends = cables.map((cable) => cable.cut());
    },
    async repair() {
      for (const mend of mends) mend();
    },
  };
}

/** It takes what people say, acknowledges it, and nobody else ever sees it there. */
export function mute(at: DataCentre): Hazard {
  let mends: readonly Mend[] = [];
  const aboutChats = (message: string) => /^\{"t":"(event|acc|chat)"/.test(message);
  return {
    story: `${at.name} acknowledges what is said to it, and delivers to nobody`,
    async inflict() {
      const { people, watched } = at.wires;
      mends = [...people, watched].map((cable) => cable.mute(aboutChats));
    },
    async repair() {
      for (const mend of mends) mend();
    },
  };
}

/** What it says still arrives, and nothing that is said to it. */
export function deaf(at: DataCentre): Hazard {
  return packets(at, 'deaf', `ip daddr ${at.network} ip saddr != ${at.network} drop`, {
    story: `packets to ${at.name} are lost, packets from it arrive`,
  });
}

export function closedPort(at: DataCentre): Hazard {
  return packets(at, 'port', `ip daddr ${at.network} tcp dport ${at.port} drop`, {
    story: `a wrong firewall rule at ${at.name} drops everything to its port ${at.port}`,
  });
}

export function fullDisk(at: DataCentre): Hazard {
  const { disk } = at;
  if (disk === undefined) throw new Error(`${at.name} has no disk of its own`);
  return {
    story: `the disk of ${at.name} is full`,
    inflict: async () => disk.fill(),
    async repair() {
      disk.free();
      await back(at.program);
    },
  };
}

export function failingDisk(at: DataCentre): Hazard {
  const hardware = hardwareOf(at);
  return {
    story: `every sync of ${at.name}'s disk fails (EIO)`,
    inflict: async () => hardware.trouble('failing', true),
    async repair() {
      hardware.trouble('failing', false);
      await back(at.program);
    },
  };
}

/** What is written is there at once for whoever reads it, and nothing is durable for a long while. */
export function slowDisk(at: DataCentre, seconds: number): Hazard {
  const hardware = hardwareOf(at);
  return {
    story: `every sync of ${at.name}'s disk takes ${seconds} s`,
    inflict: async () => hardware.slowSyncs(seconds),
    async repair() {
      hardware.slowSyncs(0);
      await back(at.program);
    },
  };
}

export function wrongClock(at: DataCentre, aheadS: number): Hazard {
  const hardware = hardwareOf(at);
  const words = `${Math.abs(aheadS)} s ${aheadS > 0 ? 'ahead' : 'behind'}`;
  return {
    story: `somebody sets the clock of ${at.name} ${words}`,
    inflict: async () => hardware.setClock(aheadS),
    async repair() {
      hardware.setClock(0);
      await back(at.program);
    },
  };
}

/** Under the running server, by somebody who thought it was the other database. */
export function droppedTable(at: DataCentre): Hazard {
  return {
    story: `somebody drops the table of entries in the journal of ${at.name}, under the running server`,
    async inflict() {
      const script = `import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=5); c.execute("DROP TABLE entries"); c.commit()`;
      await run('python3', ['-c', script, join(at.data, 'journal.db')]);
    },
    // What is broken stays broken; whoever runs it starts it again, as its supervisor would.
    repair: () => back(at.program),
  };
}

export function wrongConfiguration(at: DataCentre): Hazard {
  const sound = readFileSync(at.config, 'utf8');
  return {
    story: `${at.name} is restarted with a mistake in its configuration`,
    async inflict() {
      writeFileSync(at.config, sound.replace(/^keys_file = .*$/m, 'keys_file = "deployment.kyes"'));
      await at.program.stop();
      at.program.start();
    },
    async repair() {
      writeFileSync(at.config, sound);
      await back(at.program);
    },
  };
}

/** Stopped, taken for repair, and back with what its disk held then: `nothing` or a copy made by keepDisk(). */
export function withDisk(at: DataCentre, disk: 'nothing' | string): Hazard {
  const dead = makeFault('kill', at);
  return {
    story: `${at.name} is lost at once, ${disk === 'nothing' ? 'with its disk' : 'and comes back with an old copy of its disk'}`,
    inflict: () => dead.inflict(),
    async repair() {
      for (const name of readdirSync(at.data)) rmSync(join(at.data, name), { recursive: true });
      if (disk !== 'nothing') cpSync(disk, at.data, { recursive: true });
      await dead.repair();
    },
  };
}

/** A copy of the disk of a running deployment, as a snapshot of its volume would be. */
export function keepDisk(at: DataCentre, dir: string): string {
  const copy = join(dir, `${at.name}.copy`);
  cpSync(at.data, copy, { recursive: true });
  return copy;
}

/** Runs again, whether or not it ended meanwhile. */
export async function back(program: Program): Promise<void> {
  if (!program.running) program.start();
  await program.ready();
}

function hardwareOf(at: DataCentre): NonNullable<DataCentre['hardware']> {
  if (at.hardware === undefined) throw new Error(`${at.name} does not run on fragile hardware`);
  return at.hardware;
}
