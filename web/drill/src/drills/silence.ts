// How long a person's screen stood still while the other one kept talking.

import type { Spoken } from '../ledger.ts';

export function silences(spoken: readonly Spoken[]): { visitor: number; operator: number } {
  const longest = { visitor: 0, operator: 0 };
  const shown = new Map<string, number[]>();
  for (const { to, chat, seenAt } of spoken) {
    if (seenAt === undefined) continue;
    const key = `${chat} ${to}`;
    const times = shown.get(key) ?? [];
    times.push(seenAt);
    shown.set(key, times);
  }
  for (const [key, times] of shown) {
    const who = key.includes('visitor') ? 'visitor' : 'operator';
    times.sort((a, b) => a - b);
    times.forEach((at, i) => {
      const before = times[i - 1];
      if (before !== undefined) longest[who] = Math.max(longest[who], at - before);
    });
  }
  return { visitor: Math.round(longest.visitor), operator: Math.round(longest.operator) };
}
