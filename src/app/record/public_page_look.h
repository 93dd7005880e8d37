// How the public status page looks. A constant: the page's policy allows it by its hash.
#pragma once

#include <string_view>

namespace holdfast::app {

inline constexpr std::string_view kPublicPageStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1b2330; --soft: #566072; --line: #d9dee6;
  --good: #17693a; --part: #b26a00; --bad: #b3261e; --none: #c3cad5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --card: #1b212b; --ink: #e8ecf2; --soft: #a4afbf; --line: #313a48;
    --good: #4fb87c; --part: #e0a93f; --bad: #ff8379; --none: #465063;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
main, footer { max-width: 48rem; margin: 0 auto; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0 0 .5rem; }
.now { border-left: .4rem solid var(--none); padding: .9rem 1.1rem; margin-bottom: 1rem;
  background: var(--card); border-radius: .4rem; }
.now.up { border-color: var(--good); }
.now.down { border-color: var(--bad); }
.now p { margin: .4rem 0 0; color: var(--soft); }
.soft, footer { color: var(--soft); }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1rem 1.1rem; margin: 1rem 0;
}
.row { margin-top: 1rem; }
.row header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.row header span { color: var(--soft); }
.bars { display: flex; gap: 1px; height: 2rem; margin: .35rem 0 0; }
.bars i { flex: 1 1 0; border-radius: 1px; background: var(--none); }
.bars .up { background: var(--good); }
.bars .part { background: linear-gradient(to top, var(--part) 60%, var(--good) 60%); }
.bars .down { background: var(--bad); }
.ends { display: flex; justify-content: space-between; color: var(--soft); font-size: .85rem; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 .75rem; font-size: .85rem; }
.key i { display: inline-block; width: .7rem; height: .9rem; border-radius: 1px; margin-right: .4rem;
  vertical-align: -.1rem; background: var(--none); }
.key .up { background: var(--good); }
.key .part { background: linear-gradient(to top, var(--part) 60%, var(--good) 60%); }
.key .down { background: var(--bad); }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0;
  border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 400; }
th[scope=row] { font-weight: 600; width: 46%; }
th small { display: block; font-weight: 400; color: var(--soft); font-size: .85rem; line-height: 1.35; }
td { font-variant-numeric: tabular-nums; }
ol { margin: 0; padding: 0; list-style: none; }
li { padding: .5rem 0; border-top: 1px solid var(--line); }
li time { display: block; color: var(--soft); font-size: .9rem; }
a { color: inherit; }
footer { margin-top: 1.5rem; font-size: .9rem; }
@media (max-width: 30rem) {
  body { padding: 1rem .6rem 2rem; }
  .card { padding: .9rem .8rem; }
  .bars { gap: 0; }
  .bars i { border-radius: 0; }
  th, td { padding-right: .4rem; }
  th[scope=row] { width: 40%; }
}
)css";

}  // namespace holdfast::app
