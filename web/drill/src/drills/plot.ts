// The timeline of a drill: the delay of every message over time, faults and verdicts marked.

import type { Mark, Outcome } from './outcome.ts';

const width = 960;
const height = 260;
const edge = { left: 56, right: 12, top: 14, bottom: 30 };
/** Of the delays that the plot shows: what is faster or slower lies on its edge. */
const shown = { fromMs: 5, toMs: 60_000 };
const ticksMs = [10, 100, 1_000, 10_000];

/** An SVG to stand in a page with `palette` and `plotStyle`. */
export function plot(outcome: Outcome): string {
  const until = Math.max(
    1_000,
    ...outcome.messages.map(({ atMs }) => atMs),
    ...outcome.marks.map(({ atMs }) => atMs),
  );
  const x = (atMs: number) => round(edge.left + ((width - edge.left - edge.right) * atMs) / until);
  const y = (delayMs: number) => {
    const within = Math.min(shown.toMs, Math.max(shown.fromMs, delayMs));
    const share = Math.log(within / shown.fromMs) / Math.log(shown.toMs / shown.fromMs);
    return round(height - edge.bottom - (height - edge.top - edge.bottom) * share);
  };
  const dots = (by: 'visitor' | 'operator') =>
    outcome.messages
      .filter((message) => message.by === by && message.delayMs !== null)
      .map(({ atMs, delayMs }) => `M${x(atMs)} ${y(delayMs ?? 0)}h0`)
      .join('');
  const never = outcome.messages
    .filter(({ delayMs }) => delayMs === null)
    .map(({ atMs }) => `M${x(atMs)} ${edge.top}h0`)
    .join('');
  const bottom = height - edge.bottom;
  const grid = ticksMs.map(
    (tick) =>
      `<path class="grid" d="M${edge.left} ${y(tick)}H${width - edge.right}"/><text x="${edge.left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick < 1_000 ? `${tick} ms` : `${tick / 1_000} s`}</text>`,
  );
  const step = until > 90_000 ? 20_000 : until > 40_000 ? 10_000 : 5_000;
  const times = Array.from({ length: Math.floor(until / step) + 1 }, (_, i) => i * step).map(
    (at) => `<text x="${x(at)}" y="${height - 10}" text-anchor="middle">${at / 1_000} s</text>`,
  );
  const marks = outcome.marks
    .filter(({ kind }) => kind !== 'note')
    .map(
      (mark) =>
        `<path class="${mark.kind}" d="M${x(mark.atMs)} ${edge.top}V${bottom}"><title>${seconds(mark.atMs)}: ${plain(mark.words)}</title></path>`,
    );
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${plain(`Delay of ${outcome.sent} messages over time; ${markWords(outcome.marks)}`)}">
${grid.join('')}${times.join('')}${marks.join('')}
<path class="visitor" d="${dots('visitor')}"/><path class="operator" d="${dots('operator')}"/><path class="never" d="${never}"/>
</svg>`;
}

function markWords(marks: readonly Mark[]): string {
  return marks
    .filter(({ kind }) => kind === 'strike' || kind === 'repair')
    .slice(0, 4)
    .map(({ atMs, words }) => `${words} at ${seconds(atMs)}`)
    .join('; ');
}

/** The same as a file of its own. */
export function plotFile(outcome: Outcome): string {
  const style = `<style>${palette}${plotStyle}</style>`;
  const svg = plot(outcome).replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  return `${svg.replace('>', `>\n${style}`)}\n`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function seconds(value: number | null): string {
  return value === null ? '–' : `${(value / 1_000).toFixed(2)} s`;
}

export function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export const palette = `:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6676; --line: #dde2e9; --page: #fff; --visitor: #0b6bcb; --operator: #a3480f; --bad: #b3261e; --good: #1b6e3c; --verdict: #6b3fa0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b6; --line: #2c3440; --page: #12161c; --visitor: #6db3ff; --operator: #ffab73; --bad: #ff8a80; --good: #7bd69a; --verdict: #c5a3ff; } }
`;

export const plotStyle = `svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
.grid { stroke: var(--line); fill: none; }
path.visitor, path.operator, path.never { fill: none; stroke-width: 3; stroke-linecap: round; }
path.visitor { stroke: var(--visitor); } path.operator { stroke: var(--operator); } path.never { stroke: var(--bad); stroke-width: 6; }
path.strike { stroke: var(--bad); stroke-width: 1.5; } path.repair { stroke: var(--good); stroke-width: 1.5; } path.verdict { stroke: var(--verdict); stroke-dasharray: 4 3; }
`;
