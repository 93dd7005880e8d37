// The table that a smoke run prints.

import type { Quantiles } from './quantiles.ts';
import type { SmokeResult } from './smoke.ts';

export function report(result: SmokeResult): string {
  const delays = (name: string, q: Quantiles) =>
    `  ${name.padEnd(8)}${ms(q.p50)}${ms(q.p99)}${ms(q.max)}${String(q.count).padStart(11)}`;
  const lines = [
    '',
    `fault: ${result.fault}, ${result.moderator ? 'with' : 'without'} moderator, hedge ${result.hedge ? 'on' : 'off'}`,
    '',
    `  chats ${result.chats}   messages sent ${result.sent}   within 2 s of the fault ${percent(result.nearFault, result.sent)}`,
    `  lost ${result.lost}   doubled ${result.doubled}   reordered ${result.reordered}   forged ${result.forged}   screens that differ ${result.screensDiffering}`,
    '',
    '  delay from the intended moment until the other party sees it, in ms',
    `  ${''.padEnd(8)}${'p50'.padStart(10)}${'p99'.padStart(10)}${'max'.padStart(10)}${'messages'.padStart(11)}`,
    delays('before', result.before),
    delays('during', result.during),
    delays('after', result.after),
    '',
    `  second copies sent ${result.hedges}, won ${result.hedgesWon}   given back by browsers ${result.givenBack}`,
    `  journals ${result.journals.same ? 'identical' : 'DIFFER'}: ${result.journals.events} events, ${result.journals.givenBack} by give-back, ${result.journals.twoAcceptances} with two acceptances`,
    `  verdict: failover after ${duration(result.failoverMs)}, failback after ${duration(result.failbackMs)}`,
    `  returning deployment identical ${duration(result.identicalAfterMs)} after its repair began`,
    '',
    ...result.complaints.slice(0, 10).map((complaint) => `  ! ${complaint}`),
    ...result.failures.map((failure) => `  FAILED: ${failure}`),
    result.failures.length === 0 ? 'nobody noticed' : `${result.failures.length} failures`,
  ];
  return lines.join('\n');
}

const ms = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : 'never').padStart(10);
const percent = (part: number, whole: number) =>
  `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;
const duration = (value: number | null) =>
  value === null ? '–' : `${(value / 1000).toFixed(2)} s`;
