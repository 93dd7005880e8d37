// How the status page looks, and the script that keeps it fresh. Constants: the page's policy
// allows them by their hash.
#pragma once

#include <string_view>

namespace holdfast::app {

inline constexpr std::string_view kStatusStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1b2330; --soft: #566072; --line: #d9dee6;
  --good: #17693a; --bad: #b3261e; --note: #7a4b00; --note-paper: #fff4dc; --bad-paper: #fdeceb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --card: #1b212b; --ink: #e8ecf2; --soft: #a4afbf; --line: #313a48;
    --good: #6fd598; --bad: #ff9d94; --note: #f4c56a; --note-paper: #33290f; --bad-paper: #3a1a18;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
main, footer { max-width: 62rem; margin: 0 auto; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 0; }
p { margin: 0 0 .5rem; }
ul, ol { margin: 0; padding: 0; list-style: none; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.soft, footer { color: var(--soft); }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 600; }
.notice {
  margin: .75rem 0 0; padding: .6rem .9rem; border-left: .3rem solid var(--note);
  background: var(--note-paper); border-radius: .3rem;
}
.notice.alarm { border-color: var(--bad); background: var(--bad-paper); }
.pair { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr; margin: 1.5rem 0; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem;
}
.card header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
.card.active { border-color: var(--good); box-shadow: inset 0 .25rem 0 var(--good); }
.role { color: var(--soft); }
.health { font-size: 1.05rem; font-weight: 600; margin: .35rem 0 .75rem; }
dl { margin: 0; display: grid; grid-template-columns: 9.5rem 1fr; gap: .35rem .75rem; }
dt { color: var(--soft); }
dd { margin: 0; }
li { display: grid; grid-template-columns: 11.5rem 1fr; gap: 0 .75rem; padding: .35rem 0; border-top: 1px solid var(--line); }
li time { color: var(--soft); font-variant-numeric: tabular-nums; }
.controls { margin-top: 1.5rem; }
#moderators { margin-bottom: 1rem; }
.controls form { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
.controls form p { margin: 0; }
main.small { max-width: 34rem; }
button, input { font: inherit; color: var(--ink); background: var(--paper);
  border: 1px solid var(--soft); border-radius: .4rem; padding: .45rem .8rem; }
button { cursor: pointer; }
button.do { background: var(--ink); color: var(--card); border-color: var(--ink); }
input { width: 100%; max-width: 20rem; text-transform: uppercase; letter-spacing: .08em; }
footer { margin-top: 1.5rem; font-size: .9rem; }
a { color: inherit; }
@media (max-width: 42rem) {
  .pair { grid-template-columns: 1fr; }
  dl, li { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .35rem; }
}
)css";

// Replaces only the parts that differ; the line at the top says aloud what changed.
inline constexpr std::string_view kStatusScript = R"js(
'use strict';
const stale = document.getElementById('stale');
async function refresh() {
  let page;
  try {
    const answer = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(4000) });
    if (!answer.ok) throw new Error(String(answer.status));
    page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    stale.hidden = false;
    return;
  }
  stale.hidden = true;
  document.title = page.title;
  const spoken = document.getElementById('headline');
  const next = page.getElementById('headline');
  if (next && spoken.textContent !== next.textContent) spoken.textContent = next.textContent;
  for (const fresh of page.querySelectorAll('[data-part]')) {
    const old = document.getElementById(fresh.id);
    if (old && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.adoptNode(fresh));
  }
}
setInterval(() => { if (document.visibilityState === 'visible') refresh(); }, 3000);
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') refresh(); });
)js";

}  // namespace holdfast::app
