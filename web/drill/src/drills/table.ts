// What the command prints: one drill in some lines, all of them in a table.

import type { Quantiles } from '../quantiles.ts';
import type { Outcome } from './outcome.ts';

export function lines(outcome: Outcome): string {
  const delays = (name: string, q: Quantiles) =>
    `  ${name.padEnd(8)}${ms(q.p50)}${ms(q.p99)}${ms(q.max)}${String(q.count).padStart(11)}`;
  const { silenceMs, newcomers, journals, audit } = outcome;
  return [
    '',
    `  messages sent ${outcome.sent}   lost ${outcome.lost}   doubled ${outcome.doubled}   reordered ${outcome.reordered}   forged ${outcome.forged}`,
    `  delay, ms ${'p50'.padStart(8)}${'p99'.padStart(10)}${'max'.padStart(10)}${'messages'.padStart(11)}`,
    delays('before', outcome.before),
    delays('during', outcome.during),
    delays('after', outcome.after),
    `  longest silence: visitor ${seconds(silenceMs.visitor)}, operator ${seconds(silenceMs.operator)}`,
    `  new visitors ${newcomers.came}, served ${newcomers.served}, longest wait ${seconds(newcomers.longestMs)}`,
    `  detected ${seconds(outcome.detectedMs)}   switched ${seconds(outcome.switchedMs)}   identical ${seconds(outcome.identicalMs)} after the repair   verdicts ${outcome.verdicts.length}`,
    `  second copies ${outcome.hedges}, won ${outcome.hedgesWon}   given back by browsers ${outcome.givenBack}   journals ${journals === null ? 'not compared' : `${journals.same ? 'identical' : 'DIFFER'}, ${journals.events} events`}`,
    `  synthetic messages that both had promised to hold: ${audit === null ? 'no Moderator to ask' : `${audit.kept + audit.lost} asked for later, ${audit.lost} lost`}`,
    ...[...new Set(outcome.screens)].slice(0, 5).map((words) => `  screen: ${words}`),
    ...outcome.complaints.slice(0, 5).map((words) => `  ! ${words}`),
    ...outcome.failures.map((words) => `  FAILED: ${words}`),
    `  ${outcome.drill}: ${outcome.failures.length === 0 ? 'passed' : 'FAILED'}`,
  ].join('\n');
}

const columns = [
  'drill',
  'sent',
  'harm',
  'before',
  'during',
  'max',
  'added',
  'silence',
  'switch',
  'same',
];

/** Delays in ms: p99 before, p99 and max during, p99 added; silence, switch and identical in s. Harm: lost, doubled, reordered or forged. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.drill,
    String(outcome.sent),
    String(harmOf(outcome)),
    short(outcome.before.p99),
    short(outcome.during.p99),
    short(outcome.during.max),
    outcome.addedP99Ms === null ? '–' : short(outcome.addedP99Ms),
    seconds(Math.max(outcome.silenceMs.visitor, outcome.silenceMs.operator)),
    seconds(outcome.switchedMs),
    seconds(outcome.identicalMs),
  ]);
  const width = (i: number) => Math.max(...[columns, ...rows].map((row) => row[i]?.length ?? 0));
  const print = (row: readonly string[], passed: string) =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i)))).join('  ')}  ${passed}`;
  return [
    print(columns, ''),
    ...rows.map((row, i) => print(row, outcomes[i]?.failures.length === 0 ? 'passed' : 'FAILED')),
  ].join('\n');
}

/** For a document: all of them as a table in Markdown. */
export function markdown(outcomes: readonly Outcome[]): string {
  const head = [
    ...['drill', 'messages', 'harm', 'p50 / p99 before', 'p50 / p99 / max during', 'added p99'],
    ...['silence', 'newcomer', 'switched', 'identical', ''],
  ];
  const rows = outcomes.map((outcome) => {
    const { before, during, newcomers, failures } = outcome;
    return [
      `\`${outcome.drill}\``,
      String(outcome.sent),
      String(harmOf(outcome)),
      `${short(before.p50)} / ${short(before.p99)}`,
      during.count === 0
        ? '–'
        : `${short(during.p50)} / ${short(during.p99)} / ${short(during.max)}`,
      outcome.addedP99Ms === null ? '–' : short(outcome.addedP99Ms),
      seconds(Math.max(outcome.silenceMs.visitor, outcome.silenceMs.operator)),
      seconds(newcomers.longestMs),
      seconds(outcome.switchedMs),
      seconds(outcome.identicalMs),
      failures.length === 0 ? 'passed' : `FAILED: ${failures.join('; ')}`,
    ];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function harmOf({ lost, doubled, reordered, forged }: Outcome): number {
  return lost + doubled + reordered + forged;
}

const ms = (value: number) => short(value).padStart(10);

function short(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : 'never';
}

function seconds(value: number | null): string {
  return value === null ? '–' : `${(value / 1_000).toFixed(2)} s`;
}
