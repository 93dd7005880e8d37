// Seeded worlds full of faults. HOLDFAST_SEED: the first seed; HOLDFAST_FUZZ: how many.
import { describe, expect, test } from 'vitest';
import { runWorld } from './sim/chaos.ts';

const first = Number(process.env.HOLDFAST_SEED ?? 1);
const count = Number(process.env.HOLDFAST_FUZZ ?? 30);

describe('Chaos', () => {
  for (let seed = first; seed < first + count; seed++)
    test(`seed ${seed} loses nothing, doubles nothing, keeps order and converges`, async () => {
      await runWorld(seed);
    }, 60_000);
});

// A fuzz that finds nothing proves nothing: each of these must turn it red within a few seeds.
describe('Planted bugs are found', () => {
  test.each([
    ['outboxDroppedOnAccepted', /neither in both deployments nor in an outbox/],
    ['noDedup', /shows twice/],
    ['secondAcceptanceDropped', /differ|did not converge|out of order/],
    ['orderByWallClock', /stands before|out of order|differ/],
    ['olderVerdictWins', /went back/],
  ] as const)(
    '%s',
    async (plant, complaint) => {
      const found: string[] = [];
      for (let seed = first; seed < first + 12 && found.length === 0; seed++)
        await runWorld(seed, { [plant]: true }).catch((error: Error) => found.push(error.message));
      expect(found[0]).toMatch(complaint);
    },
    120_000,
  );
});

// A fuzz in which nothing happens proves as little.
test('The chaos does what it is there for', async () => {
  const total: Record<string, number> = {};
  for (let seed = first; seed < first + 8; seed++)
    for (const [name, count] of Object.entries(await runWorld(seed)))
      total[name] = (total[name] ?? 0) + count;
  for (const name of [
    'hedges',
    'hedgesWon',
    'reroutes',
    'bridged',
    'givenBack',
    'repeats',
    'deadLinks',
    'lateAcks',
    'destroyed',
  ])
    expect(total[name], name).toBeGreaterThan(0);
}, 120_000);
