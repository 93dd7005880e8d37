// An installation that somebody already runs, for a game day: described in a file, broken and repaired by their own scripts.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { DeploymentName, SignIn } from '@holdfast/core';
import { presentProgram } from '../paths.ts';
import { type Arena, auditOf } from './arena.ts';
import type { Drill } from './drill.ts';
import type { Hazard } from './hazards.ts';

const run = promisify(execFile);

/** The file, as JSON. Paths are relative to it. */
export interface TargetFile {
  readonly site: string;
  /** A page of the site; its origin has to be one of those that the site allows. */
  readonly origin: string;
  readonly deployments: Readonly<Record<DeploymentName, readonly string[]>>;
  /** Origin of the console; the first URL of Primary when absent. */
  readonly console?: string;
  readonly moderators?: readonly string[];
  /** Who answers: real accounts, which the drill signs in. */
  readonly operators: readonly { readonly operator: string; readonly password: string }[];
  /** Commands of a shell. `inflict` breaks `at`, `repair` mends it; each has ended when it is done. */
  readonly inflict: string;
  readonly repair: string;
  readonly at: DeploymentName;
  /** How long it stays broken, in seconds; 10 when absent. */
  readonly lasts?: number;
  /** Whether the other deployment has to take over; true when absent. */
  readonly fails?: boolean;
  /** Configuration files of both nodes, when `holdfast verify` can reach them from here. */
  readonly verify?: readonly string[];
}

export interface Target {
  readonly arena: Arena;
  readonly drill: Drill;
}

/** Throws with the name of what is wrong in the file. */
export async function readTarget(file: string): Promise<Target> {
  const told = check(JSON.parse(readFileSync(file, 'utf8')) as Partial<TargetFile>, file);
  const configs = (told.verify ?? []).map((path) => resolve(dirname(file), path));
  return { arena: await arenaOf(told, configs), drill: drillOf(told, dirname(resolve(file))) };
}

function check(told: Partial<TargetFile>, file: string): TargetFile {
  const missing = (
    ['site', 'origin', 'deployments', 'operators', 'inflict', 'repair', 'at'] as const
  ).filter((field) => told[field] === undefined);
  if (missing.length > 0) throw new Error(`${file} does not say: ${missing.join(', ')}`);
  if (told.operators?.length === 0) throw new Error(`${file}: operators: somebody has to answer`);
  if (told.at !== 'primary' && told.at !== 'redundant')
    throw new Error(`${file}: at: "${told.at}" is neither primary nor redundant`);
  return told as TargetFile;
}

async function arenaOf(told: TargetFile, configs: readonly string[]): Promise<Arena> {
  const [first] = told.deployments.primary;
  if (first === undefined) throw new Error('deployments: primary has no URL');
  const facts = await fetch(`${first}/v1/client.json`);
  const { moderatorKeys, moderators } = (await facts.json()) as {
    moderatorKeys: Record<string, string>;
    moderators?: readonly string[];
  };
  const signIns: SignIn[] = told.operators.map((who) => ({ site: told.site, ...who }));
  const identical = async () => {
    if (configs.length !== 2) return null;
    const args = configs.flatMap((config) => ['--config', config]);
    return run(presentProgram, ['verify', ...args]).then(
      () => true,
      () => false,
    );
  };
  return {
    site: told.site,
    origin: new URL(told.origin).origin,
    consoleOrigin: told.console ?? new URL(first).origin,
    urls: told.deployments,
    moderatorUrls: told.moderators ?? moderators ?? [],
    moderatorKeys,
    signIns,
    identical,
    audit: () => auditOf(told.moderators ?? moderators ?? []),
    version: async () => `the installation at ${first}`,
    end: async () => null,
  };
}

function drillOf(told: TargetFile, dir: string): Drill {
  const hazard: Hazard = {
    story: told.inflict,
    inflict: () => shell(told.inflict, dir),
    repair: () => shell(told.repair, dir),
  };
  const fails = told.fails ?? true;
  return {
    name: 'game-day',
    story: `on your own installation: ${told.inflict}`,
    scenario: 'your own',
    proves: 'that the promises hold where you run it',
    promise: fails ? { addedP99Ms: 500 } : { addedP99Ms: 'none' },
    async act(course) {
      await course.strike(hazard, told.at);
      await course.calm((told.lasts ?? 10) * 1_000);
      if (fails) await course.active(told.at === 'primary' ? 'redundant' : 'primary', 30_000);
      await course.repair(hazard);
      await course.identical(120_000);
    },
  };
}

async function shell(command: string, cwd: string): Promise<void> {
  const child = spawn('sh', ['-c', command], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`\`${command}\` ended with ${code}`);
}
