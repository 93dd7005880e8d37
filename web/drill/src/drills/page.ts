// The report: one page that needs nothing else, with a timeline for each drill (the delay of every message over time, faults and verdicts marked).

import type { Outcome } from './outcome.ts';
import { palette, plain, plot, plotStyle, seconds } from './plot.ts';

export function page(outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter(({ failures }) => failures.length > 0).length;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdfast drills</title>
<style>${style}</style>
<main>
<h1>Drills</h1>
<p>${outcomes.length} drills, ${failed === 0 ? 'all passed' : `${failed} failed`}. ${plain(outcomes[0]?.version ?? '')}, ${plain(outcomes[0]?.began.slice(0, 10) ?? '')}.
Real processes, real clients, real faults; delays are counted from the moment at which a message was meant to be said until the other party's screen showed it.</p>
${overview(outcomes)}
${outcomes.map(section).join('\n')}
</main>
</html>
`;
}

function overview(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(
    (
      o,
    ) => `<tr><th scope="row"><a href="#${o.drill}">${o.drill}</a></th><td>${o.sent}</td><td>${harmOf(o)}</td>
<td>${ms(o.before.p99)}</td><td>${ms(o.during.p99)}</td><td>${ms(o.during.max)}</td><td>${o.addedP99Ms === null ? '–' : ms(o.addedP99Ms)}</td>
<td>${seconds(Math.max(o.silenceMs.visitor, o.silenceMs.operator))}</td><td>${seconds(o.switchedMs)}</td><td>${seconds(o.identicalMs)}</td><td>${verdict(o)}</td></tr>`,
  );
  return `<div class="wide"><table><thead><tr><th scope="col">drill</th><th scope="col">messages</th><th scope="col">lost, doubled, reordered, forged</th><th scope="col">p99 before, ms</th><th scope="col">p99 during</th><th scope="col">max during</th><th scope="col">added p99</th><th scope="col">longest silence</th><th scope="col">switched</th><th scope="col">identical</th><th scope="col">verdict</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function section(outcome: Outcome): string {
  const { newcomers } = outcome;
  const facts = [
    ['white paper', outcome.scenario],
    ['fails without', outcome.proves],
    [
      'new visitors',
      `${newcomers.served} of ${newcomers.came} served, longest wait ${seconds(newcomers.longestMs)}`,
    ],
    [
      'second copies',
      `${outcome.hedges} sent, ${outcome.hedgesWon} won; ${outcome.givenBack} events given back by browsers`,
    ],
    [
      'epochs',
      outcome.verdicts
        .map(({ epoch, active, atMs }) => `${epoch} ${active} at ${seconds(atMs)}`)
        .join(', ') || 'none new',
    ],
    [
      'screens said',
      [...new Set(outcome.screens.map((words) => words.split(': ')[1] ?? words))].join(', ') ||
        'nothing',
    ],
  ];
  return `<section id="${outcome.drill}">
<h2>${outcome.drill} ${verdict(outcome)}</h2>
<p>${plain(outcome.story)}.</p>
${outcome.failures.length === 0 ? '' : `<ul class="failed">${outcome.failures.map((words) => `<li>${plain(words)}</li>`).join('')}</ul>`}
<div class="wide">${plot(outcome)}
${legend}</div>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${plain(value ?? '')}</dd>`).join('')}</dl>
<details><summary>what happened when</summary><ol>${outcome.marks.map(({ atMs, words }) => `<li><b>${seconds(atMs)}</b> ${plain(words)}</li>`).join('')}</ol></details>
</section>`;
}

function harmOf(outcome: Outcome): string {
  return [outcome.lost, outcome.doubled, outcome.reordered, outcome.forged].join(', ');
}

function verdict(outcome: Outcome): string {
  const passed = outcome.failures.length === 0;
  return `<span class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'FAILED'}</span>`;
}

function ms(value: number | null): string {
  return value !== null && Number.isFinite(value) ? value.toFixed(0) : 'never';
}

const legend = `<p class="legend"><span class="visitor">from visitors</span> <span class="operator">from operators</span> <span class="strike">fault</span> <span class="repair">repair</span> <span class="verdict">verdict</span></p>`;

const style = `
${palette}body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); margin: 0; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h2 { margin: 2.5rem 0 .25rem; font-size: 1.15rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { white-space: normal; vertical-align: bottom; font-weight: 600; }
th:first-child { text-align: left; }
a { color: inherit; }
svg { width: 100%; min-width: 40rem; height: auto; }
${plotStyle}.legend { font-size: .8rem; color: var(--soft); } .legend span { margin-right: 1rem; } .legend span::before { content: "●  "; }
.legend .visitor::before { color: var(--visitor); } .legend .operator::before { color: var(--operator); } .legend .strike::before { content: "|  "; color: var(--bad); } .legend .repair::before { content: "|  "; color: var(--good); } .legend .verdict::before { content: "¦  "; color: var(--verdict); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; font-size: .9rem; } dt { color: var(--soft); } dd { margin: 0; }
.good { color: var(--good); } .bad, .failed { color: var(--bad); }
summary { cursor: pointer; } li b { font-variant-numeric: tabular-nums; font-weight: 600; }
`;
