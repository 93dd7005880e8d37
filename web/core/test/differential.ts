// Compares this fold with the C++ one, set by set. Reads JSON lines of `fold_sets --seed S --sets N`; ends with 1 at the first difference
// and names it.
//
//   fold_sets --seed 7 --sets 100000 | node web/core/test/differential.ts
import { createInterface } from 'node:readline';
import { compareText } from '../src/bytes.ts';
import { parseContent } from '../src/content.ts';
import { type Fact, foldRouting, foldTranscript, frontier, setDigest } from '../src/fold.ts';
import type { Acceptance } from '../src/gen/protocol.ts';

export interface FoldCase {
  readonly name?: string;
  readonly events: readonly {
    readonly head: string;
    readonly body: string | null;
    readonly acc: readonly Acceptance[];
  }[];
  readonly expect: Readonly<Record<string, unknown>>;
}

/** This language's answers, in the shape of `expect`. */
export function foldAnswers(events: FoldCase['events']): Record<string, unknown> {
  const facts = events.map(({ head, body, acc }): Fact => {
    const content = parseContent(head, body);
    if ('bad' in content) throw new Error(`refused here: ${content.bad}`);
    return { content, acc: [...acc].sort((a, b) => compareText(a.m, b.m)) };
  });
  const placed = foldTranscript(facts);
  return {
    order: placed.map(({ fact }) => fact.content.digest),
    places: placed.map(({ order }) => order.toString(16).padStart(16, '0')),
    digest_chat: setDigest(facts, 'chat'),
    digest_operators: setDigest(facts, 'operators'),
    route: foldRouting(facts),
    frontier_chat: frontier(facts, 'chat'),
    frontier_operators: frontier(facts, 'operators'),
  };
}

/** Names of the answers that differ. */
export function differences(one: FoldCase): string[] {
  const ours = foldAnswers(one.events);
  return Object.keys(one.expect).filter(
    (name) => JSON.stringify(ours[name]) !== JSON.stringify(one.expect[name]),
  );
}

async function compareAll(): Promise<number> {
  let sets = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const one = JSON.parse(line) as FoldCase;
    const names = differences(one);
    sets++;
    if (names.length === 0) continue;
    const ours = foldAnswers(one.events);
    console.error(`set ${sets} differs in ${names.join(', ')}`);
    for (const name of names)
      console.error(
        `  ${name}\n    C++        ${JSON.stringify(one.expect[name])}\n    TypeScript ${JSON.stringify(ours[name])}`,
      );
    console.error(line);
    return 1;
  }
  console.log(`${sets} sets fold alike`);
  return sets > 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) process.exitCode = await compareAll();
