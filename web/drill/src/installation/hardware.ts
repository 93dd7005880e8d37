// What a deployment runs on when a drill is to break it: a small disk of its own, a disk whose writes and syncs can be made to fail, a
// clock that can be set wrong. Made of a tmpfs and of preloaded layers, for one process; nothing else on the machine is touched.

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../paths.ts';

const run = promisify(execFile);
const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** What can be made to happen to a disk, by a file of that name in it (tests/outside/power.c). */
export type DiskTrouble = 'full' | 'failing';

/** Under one process: its data folder, and the clock that it sees. */
export interface Hardware {
  readonly environment: Readonly<Record<string, string>>;
  trouble(what: DiskTrouble, present: boolean): void;
  /** Seconds that every sync takes; 0: no longer than it has to. */
  slowSyncs(seconds: number): void;
  /** Seconds that the process's wall clock is ahead of ours. */
  setClock(aheadS: number): void;
}

/** `dir`: where the layers are kept; `disk`: the data folder that they watch. */
export async function fragileHardware(dir: string, name: string, disk: string): Promise<Hardware> {
  if (!existsSync(faketime)) throw new Error(`${faketime} is missing: install libfaketime`);
  const layer = join(dir, 'power.so');
  if (!existsSync(layer)) {
    const source = join(repository, 'tests/outside/power.c');
    await run('cc', ['-O1', '-shared', '-fPIC', '-o', layer, source, '-ldl', '-lpthread']);
  }
  const clock = join(dir, `${name}.clock`);
  const setClock = (aheadS: number) =>
    writeFileSync(clock, `${aheadS < 0 ? '-' : '+'}${Math.abs(aheadS)}\n`);
  setClock(0);
  return {
    environment: {
      LD_PRELOAD: `${faketime} ${layer}`,
      HOLDFAST_DISK: disk,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    trouble(what, present) {
      const flag = join(disk, what);
      if (present) writeFileSync(flag, '');
      else rmSync(flag, { force: true });
    },
    slowSyncs(seconds) {
      const flag = join(disk, 'slow');
      if (seconds > 0) writeFileSync(flag, `${seconds}\n`);
      else rmSync(flag, { force: true });
    },
    setClock,
  };
}

/** A disk of its own for a data folder; what is in the folder moves onto it. */
export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Needs root. */
  static async mount(folder: string, mebibytes: number): Promise<SmallDisk> {
    const aside = `${folder}.aside`;
    mkdirSync(folder, { recursive: true });
    cpSync(folder, aside, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
    cpSync(aside, folder, { recursive: true });
    rmSync(aside, { recursive: true });
    return new SmallDisk(folder);
  }

  /** To the last byte, as something else on that disk would do it. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.#folder);
    try {
      writeFileSync(this.#filler, Buffer.alloc(bavail * bsize));
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOSPC') throw error;
    }
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.#folder]);
  }

  get #filler(): string {
    return join(this.#folder, 'somebody-elses.log');
  }
}
