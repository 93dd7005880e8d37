import type { State } from './wire.ts';

const numbers = new Intl.NumberFormat('en');

export function Counters({ state }: { readonly state: State | null }) {
  const counters = state?.counters;
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['messages', counters ? numbers.format(counters.sent) : '–', false],
    ['lost', counters ? numbers.format(counters.lost) : '–', (counters?.lost ?? 0) > 0],
    ['doubled', counters ? numbers.format(counters.doubled) : '–', (counters?.doubled ?? 0) > 0],
    ['lag', lagWords(state?.lag ?? null), false],
  ];
  return (
    <dl class="counters">
      {rows.map(([name, value, bad]) => (
        <div key={name} data-bad={bad}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Entries that one deployment holds and the other one does not. */
function lagWords(lag: number | null): string {
  if (lag === null) return '–';
  return lag === 1 ? '1 entry' : `${numbers.format(lag)} entries`;
}
