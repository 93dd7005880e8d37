// The configuration files of an installation: as `holdfast init` makes them, and what is changed in them afterwards.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { SignIn } from '@holdfast/core';
import type { Place } from './places.ts';

const run = promisify(execFile);

export const site = 'shop';

export interface FirstOperator {
  readonly operator: string;
  readonly name: string;
  readonly password: string;
}

export interface Plan {
  readonly scheme: 'http' | 'https';
  readonly primary: Place;
  readonly redundant: Place;
  readonly moderatorUrl: string;
  /** Of the customer's pages. */
  readonly origin: string;
  readonly first: FirstOperator;
  readonly profile: string;
}

export async function init(holdfast: string, home: string, plan: Plan): Promise<void> {
  const url = (at: Place) => `${plan.scheme}://${at.host}:${at.port}`;
  const { operator, name, password } = plan.first;
  await run(holdfast, [
    ...['init', home, '--site', site, '--origin', plan.origin],
    ...['--operator', operator, '--password', password],
    ...(name === '' ? [] : ['--operator-name', name]),
    ...['--primary-url', url(plan.primary), '--redundant-url', url(plan.redundant)],
    ...['--moderator-url', plan.moderatorUrl, '--profile', plan.profile],
  ]);
}

/** Those after the first, whom `init` makes. */
export async function addOperators(
  holdfast: string,
  config: string,
  count: number,
): Promise<SignIn[]> {
  const signIns: SignIn[] = [];
  for (let i = 2; i <= count; i += 1) {
    const { operator, password } = nthOperator(i);
    await run(holdfast, [
      ...['operator', 'add', operator, '--site', site, '--password', password],
      ...['--config', config],
    ]);
    signIns.push({ site, operator, password });
  }
  return signIns;
}

export function nthOperator(i: number): FirstOperator {
  return { operator: `operator-${i}`, name: '', password: `correct-horse-${i}` };
}

/** Replaces `name = [...]` in a configuration that `init` made. */
export function setFields(file: string, fields: Record<string, readonly string[]>): void {
  rewrite(file, (text) => {
    let changed = text;
    for (const [name, values] of Object.entries(fields)) {
      const line = new RegExp(`^${name} = \\[.*\\]$`, 'm');
      if (!line.test(changed)) throw new Error(`${file} has no line "${name} = […]"`);
      changed = changed.replace(line, `${name} = ${JSON.stringify(values)}`);
    }
    return changed;
  });
}

/** Takes the "# " from lines that `init` left as a proposal, `name = …` with this value; every line of that name. */
export function uncomment(file: string, fields: Record<string, string>): void {
  rewrite(file, (text) => {
    let changed = text;
    for (const [name, value] of Object.entries(fields)) {
      const line = new RegExp(`^# ${name} = .*$`, 'gm');
      if (!line.test(changed)) throw new Error(`${file} has no line "# ${name} = …"`);
      changed = changed.replace(line, `${name} = ${JSON.stringify(value)}`);
    }
    return changed;
  });
}

/** The deployments look after each other as fast as the Moderator of the profile `drill` does (docs/moderator.md). */
export function lookOften(file: string): void {
  const fields = 'interval_ms = 500\ntimeout_ms = 800\nlinks_renew_ms = 1000';
  rewrite(file, (text) => `${text}\n[peer_chat]\n${fields}\n\n[timing]\npeer_dead_ms = 2000\n`);
}

/** The record of the Moderators is to be in this etcd. */
export function keepRecordIn(file: string, etcd: readonly string[]): void {
  rewrite(file, (text) => `${text}\n[store]\netcd = ${JSON.stringify(etcd)}\n`);
}

/** The configuration of a Moderator beside the one of `first`: the same but for its name, its folder and its address. */
export function anotherModerator(first: string, file: string, nth: number, host: string): void {
  const own = {
    name: JSON.stringify(`m${nth}`),
    data_dir: JSON.stringify(`moderator-${nth}`),
    addresses: JSON.stringify([host]),
  };
  let text = readFileSync(first, 'utf8');
  for (const [name, value] of Object.entries(own)) {
    const line = new RegExp(`^${name} = .*$`, 'm');
    if (!line.test(text)) throw new Error(`${first} has no line "${name} = …"`);
    text = text.replace(line, `${name} = ${value}`);
  }
  writeFileSync(file, text);
}

export function allowFrames(file: string, ancestor: string, consoleOrigin: string): void {
  rewrite(file, (text) => {
    const changed = text.replace(
      /^# console_origins = .*$/m,
      `console_origins = ${JSON.stringify([consoleOrigin])}`,
    );
    if (!changed.includes(consoleOrigin))
      throw new Error(`${file} has no line "# console_origins"`);
    return `${changed}\n[web]\nconsole_frame_ancestors = ${JSON.stringify([ancestor])}\n`;
  });
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
