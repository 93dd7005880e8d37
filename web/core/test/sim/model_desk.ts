// What the model deployment does for consoles beyond chats: registers of the settings, and search. As simple as it can be.
import { hlcWall, smallestHlc } from '../../src/acceptance.ts';
import { bodyFields } from '../../src/content.ts';
import { type Fact, foldRouting } from '../../src/fold.ts';
import type { FoundChat, RegisterSeen } from '../../src/gen/protocol.ts';

interface Write {
  readonly fact: Fact;
  readonly entity: string;
  readonly field: string;
  readonly value: unknown;
  readonly revoke: boolean;
  readonly replaces: readonly string[];
}

/** docs/protocol.md §6: a write beats those that it names; of the others a revoking one wins, then the later. */
export function registersOf(facts: readonly Fact[]): RegisterSeen[] {
  const writes = facts.map((fact) => ({ fact, ...bodyFields(fact.content) }) as unknown as Write);
  const replaced = new Set(writes.flatMap((write) => write.replaces));
  const standing = writes.filter(({ fact }) => !replaced.has(fact.content.digest));
  const registers = new Map<string, Write[]>();
  for (const write of standing) {
    const key = `${write.entity} ${write.field}`;
    registers.set(key, [...(registers.get(key) ?? []), write]);
  }
  return [...registers.values()].map((all) => {
    const [best] = all.toSorted(
      (a, b) => Number(b.revoke) - Number(a.revoke) || (rankOf(a) < rankOf(b) ? 1 : -1),
    ) as [Write];
    return {
      entity: best.entity,
      field: best.field,
      value: best.field === 'password' ? null : JSON.stringify(best.value),
      unreplaced: all.map(({ fact }) => fact.content.digest),
      by: best.fact.content.head.author,
      at: hlcWall(smallestHlc(best.fact.acc) ?? '0'),
    };
  });
}

function rankOf({ fact }: Write): string {
  return `${smallestHlc(fact.acc)} ${fact.content.head.id}`;
}

/** Newest first; each chat with its newest event that holds every word. */
export function found(chats: ReadonlyMap<string, readonly Fact[]>, text: string): FoundChat[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = [...chats].flatMap(([chat, facts]) => {
    const spoken = facts.filter((fact) => typeof bodyFields(fact.content).text === 'string');
    const hit = spoken.findLast((fact) =>
      words.every((word) => String(bodyFields(fact.content).text).toLowerCase().includes(word)),
    );
    if (hit === undefined) return [];
    const { state, operator } = foldRouting(facts);
    const opening = facts.find((fact) => fact.content.head.kind === 'open');
    return {
      chat,
      state,
      ...(operator !== null && { operator }),
      visitor: opening?.content.head.author ?? '',
      at: hlcWall(smallestHlc(hit.acc) ?? '0'),
      digest: hit.content.digest,
      author: hit.content.head.author,
      excerpt: String(bodyFields(hit.content).text),
    };
  });
  return matches.sort((a, b) => b.at - a.at);
}
