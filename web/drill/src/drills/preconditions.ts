// What a drill needs of this machine, and whether it is there.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { launchOptions } from '../../e2e/chromium.ts';
import { olderProgram } from '../paths.ts';
import type { Drill, Need } from './drill.ts';

const run = promisify(execFile);

/** Why the drill cannot be run here; null when it can. */
export async function why(drill: Drill, { browser = false } = {}): Promise<string | null> {
  if (browser && drill.needs?.includes('certificates'))
    return 'Chromium does not know the authority of its certificates: run it without --browser';
  if (browser && !existsSync(launchOptions.executablePath))
    return `--browser needs Chromium: ${launchOptions.executablePath} is missing`;
  for (const need of drill.needs ?? []) {
    const missing = await checks[need]();
    if (missing !== null) return missing;
  }
  return null;
}

const checks: Readonly<Record<Need, () => Promise<string | null>>> = {
  root: async () =>
    process.getuid?.() === 0 && (await found('nft'))
      ? null
      : 'it changes the packet filter or mounts a disk: run it as root, with nftables',
  names: async () =>
    process.getuid?.() === 0 && (await found('dnsmasq'))
      ? null
      : 'it runs name servers on port 53 of loopback addresses: run it as root, with dnsmasq',
  certificates: async () => ((await found('openssl')) ? null : 'it needs openssl'),
  etcd: async () => ((await found('etcd')) ? null : 'it needs etcd (etcd-server)'),
  'older build': async () =>
    existsSync(olderProgram)
      ? null
      : 'the version before is not built: tests/compat/build makes it',
};

function found(program: string): Promise<boolean> {
  return run('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );
}
