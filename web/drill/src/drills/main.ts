// holdfast drill: failures made on purpose against real processes, and a verdict on what people noticed.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Plants } from '@holdfast/core';
import { type Mechanism, mechanisms } from '../clients.ts';
import { toTheEnd } from '../end.ts';
import { runApart } from './apart.ts';
import { drillNamed, drills } from './catalogue.ts';
import { Course, type CourseOptions } from './course.ts';
import type { Drill } from './drill.ts';
import { judge, type Outcome } from './outcome.ts';
import { page } from './page.ts';
import { plotFile } from './plot.ts';
import { why } from './preconditions.ts';
import { lines, markdown, table } from './table.ts';
import { readTarget } from './target.ts';

const usage = `usage:
  holdfast drill list              what there is
  holdfast drill run NAME...       one or several, one after the other
  holdfast drill run all           all of them but those that take half an hour
      --out DIR                    outcomes as JSON, timelines as SVG, a table, and one page with all of it
      --keep DIR                   what the programs logged and stored, a folder for each drill
      --no-limits                  delays are told, not judged: for a machine that is busy with something else
      --without MECHANISM          clients do without hedge, give-back or second-link, to see what it is good for
      --plant NAME                 a bug in every client (Plants of web/core), to see the drill fail
      --browser                    two people more, in front of real pages in Chromium
      --production                 the Moderator's thresholds as they ship; nothing fails back meanwhile
      --times N                    for drills that repeat something
      --every MS                   between two messages of one person
  holdfast drill run --target FILE a game day on your own staging installation (docs/drills.md)

Exit 1 when people would have noticed what they must not. Harm (lost, doubled, reordered, forged) is never allowed.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    keep: { type: 'string' },
    'no-limits': { type: 'boolean', default: false },
    without: { type: 'string', multiple: true, default: [] },
    plant: { type: 'string' },
    browser: { type: 'boolean', default: false },
    production: { type: 'boolean', default: false },
    times: { type: 'string' },
    every: { type: 'string' },
    target: { type: 'string' },
    // Set by runApart: this process is the one that has what the drill needs.
    here: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const plants: readonly (keyof Plants)[] = [
  'outboxDroppedOnAccepted',
  'noDedup',
  'hedgeUnlimited',
  'olderVerdictWins',
  'secondAcceptanceDropped',
  'orderByWallClock',
];

await toTheEnd(main);

async function main(): Promise<number> {
  const [verb, ...names] = positionals;
  if (values.plant !== undefined) plantsOf(values.plant);
  mechanismsOf(values.without);
  if (values.help) return say(usage, 0);
  if (values.here !== undefined) return runHere(values.here);
  if (verb === 'list' && names.length === 0) return say(list(), 0);
  if (verb === 'run' && names.length === 0 && values.target !== undefined)
    return gameDay(values.target);
  if (verb !== 'run' || names.length === 0) return say(usage, 2);
  const chosen = names.includes('all')
    ? drills.filter(({ alone }) => !alone)
    : names.map(drillNamed);
  const unknown = names.filter((name) => name !== 'all' && drillNamed(name) === undefined);
  if (unknown.length > 0)
    return say(`no drill is called ${unknown.join(', ')}; holdfast drill list`, 2);
  return runAll(chosen as readonly Drill[]);
}

function list(): string {
  const width = Math.max(...drills.map(({ name }) => name.length));
  return drills.map(({ name, story }) => `${name.padEnd(width)}  ${story}`).join('\n');
}

async function runAll(chosen: readonly Drill[]): Promise<number> {
  const outcomes: Outcome[] = [];
  const skipped: string[] = [];
  const broken: string[] = [];
  for (const [i, drill] of chosen.entries()) {
    const missing = await why(drill, { browser: values.browser });
    if (missing !== null) {
      skipped.push(drill.name);
      console.log(`\n${drill.name}: cannot be run here: ${missing}`);
      continue;
    }
    console.log(`\n[${i + 1}/${chosen.length}] ${drill.name}: ${drill.story}`);
    const outcome = await runApart(drill, optionsOfOne());
    if (outcome === null) {
      broken.push(drill.name);
      continue;
    }
    outcomes.push(outcome);
    console.log(lines(outcome));
    if (values.out !== undefined) keep(values.out, outcomes);
  }
  const failed = [
    ...outcomes.filter(({ failures }) => failures.length > 0).map(({ drill }) => drill),
    ...broken.map((name) => `${name} (broke off)`),
  ];
  if (chosen.length > 1) console.log(`\n${table(outcomes)}`);
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  if (skipped.length > 0) console.log(`\nnot run: ${skipped.join(', ')}`);
  return failed.length === 0 && skipped.length === 0 ? 0 : 1;
}

async function gameDay(file: string): Promise<number> {
  const target = await readTarget(file).catch((error: Error) => error);
  if (target instanceof Error) return say(target.message, 2);
  const findings = await Course.visit(target.drill, target.arena, courseOptions('game-day'));
  const outcome = judge(findings, !values['no-limits']);
  console.log(lines(outcome));
  if (values.out !== undefined) keep(values.out, [outcome]);
  return outcome.failures.length === 0 ? 0 : 1;
}

function optionsOfOne(): readonly string[] {
  return [
    ...(values['no-limits'] ? ['--no-limits'] : []),
    ...values.without.flatMap((mechanism) => ['--without', mechanism]),
    ...(values.plant === undefined ? [] : ['--plant', values.plant]),
    ...(values.browser ? ['--browser'] : []),
    ...(values.production ? ['--production'] : []),
    ...(values.times === undefined ? [] : ['--times', values.times]),
    ...(values.every === undefined ? [] : ['--every', values.every]),
    ...(values.keep === undefined ? [] : ['--keep', values.keep]),
  ];
}

/** In a process of its own: what one drill leaves behind cannot harm the next. */
async function runHere(resultFile: string): Promise<number> {
  const [, name = ''] = positionals;
  const drill = drillNamed(name);
  // What was started ends with this process, however that ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(1));
  if (drill === undefined) throw new Error(`no drill is called ${name}`);
  const findings = await Course.run(drill, courseOptions(name));
  writeFileSync(resultFile, JSON.stringify(judge(findings, !values['no-limits'])));
  return 0;
}

function courseOptions(name: string): CourseOptions {
  const started = performance.now();
  return {
    progress: (line) =>
      console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${line}`),
    without: mechanismsOf(values.without),
    browser: values.browser,
    production: values.production,
    ...(values.plant !== undefined && { plants: plantsOf(values.plant) }),
    ...(values.keep !== undefined && { dir: kept(values.keep, name) }),
    ...(values.times !== undefined && { times: count('--times', values.times) }),
    ...(values.every !== undefined && { everyMs: count('--every', values.every) }),
  };
}

function count(option: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`${option} ${value}: must be a whole number above 0`);
  process.exit(2);
}

function plantsOf(name: string): Plants {
  if ((plants as readonly string[]).includes(name)) return { [name]: true };
  console.error(`--plant ${name}: must be one of ${plants.join(', ')}`);
  process.exit(2);
}

function mechanismsOf(names: readonly string[]): readonly Mechanism[] {
  const known = (name: string): name is Mechanism =>
    (mechanisms as readonly string[]).includes(name);
  const unknown = names.find((name) => !known(name));
  if (unknown === undefined) return names.filter(known);
  console.error(`--without ${unknown}: must be one of ${mechanisms.join(', ')}`);
  process.exit(2);
}

function kept(dir: string, name: string): string {
  const own = resolve(dir, name);
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  return own;
}

function keep(dir: string, outcomes: readonly Outcome[]): void {
  mkdirSync(dir, { recursive: true });
  for (const outcome of outcomes) {
    writeFileSync(join(dir, `${outcome.drill}.json`), `${JSON.stringify(outcome)}\n`);
    writeFileSync(join(dir, `${outcome.drill}.svg`), plotFile(outcome));
  }
  writeFileSync(join(dir, 'drills.md'), markdown(outcomes));
  writeFileSync(join(dir, 'drills.html'), page(outcomes));
}

function say(text: string, code: number): number {
  (code === 0 ? console.log : console.error)(text);
  return code;
}
