// Runs a drill in a process of its own, which has what the drill needs from its beginning: who it trusts, and how names are resolved.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from '../installation/authority.ts';
import type { Drill, Need } from './drill.ts';
import { resolvConf } from './names.ts';
import type { Outcome } from './outcome.ts';

const authorityDir = 'HOLDFAST_DRILL_AUTHORITY';

/** The authority that this process was started to trust, if any. */
export async function givenAuthority(): Promise<Authority | undefined> {
  const dir = process.env[authorityDir];
  return dir === undefined ? undefined : Authority.in(dir);
}

/** `options`: of the command line. null when the drill broke off, and said why. */
export async function runApart(drill: Drill, options: readonly string[]): Promise<Outcome | null> {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-drill-'));
  try {
    const result = join(dir, 'outcome.json');
    const command = [
      process.execPath,
      ...process.execArgv,
      join(import.meta.dirname, 'main.ts'),
      'run',
      drill.name,
    ];
    const needs = (need: Need) => drill.needs?.includes(need) === true;
    const wrapped = enclosed(command, needs('names') ? resolvConf(dir) : '');
    const [program = '', ...rest] = [...wrapped, ...options, '--here', result];
    const environment = needs('certificates') ? await trusting(dir) : {};
    const child = spawn(program, rest, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...environment },
    });
    // Whoever interrupts this one means all of it; the drill puts everything away first.
    let interrupted = false;
    const forward = (signal: NodeJS.Signals) => {
      interrupted = true;
      child.kill(signal);
    };
    process.on('SIGINT', forward).on('SIGTERM', forward);
    const [code] = (await once(child, 'exit')) as [number | null];
    process.off('SIGINT', forward).off('SIGTERM', forward);
    if (interrupted) process.exit(130);
    return code !== 0 ? null : (JSON.parse(readFileSync(result, 'utf8')) as Outcome);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * The command in a network of its own, where 127/8 is nobody else's and a rule of the packet filter ends with the last process in it; and, where
 * one is given, with that /etc/resolv.conf. Without root as it is.
 */
function enclosed(command: readonly string[], resolvConf: string): readonly string[] {
  if (process.getuid?.() !== 0) return command;
  const script =
    'ip link set lo up && { [ -z "$1" ] || mount --bind "$1" /etc/resolv.conf; } && shift && exec "$@"';
  return ['unshare', '--net', '--mount', 'sh', '-c', script, 'sh', resolvConf, ...command];
}

async function trusting(dir: string): Promise<Record<string, string>> {
  const authority = await Authority.in(join(dir, 'authority'));
  return {
    NODE_EXTRA_CA_CERTS: authority.file,
    [authorityDir]: join(dir, 'authority'),
  };
}
