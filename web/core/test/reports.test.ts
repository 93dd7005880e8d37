import { expect, test } from 'vitest';
import type { ClientFrameOf } from '../src/gen/protocol.ts';
import type { ModelDeployment } from './sim/model_server.ts';
import { type Person, World } from './sim/world.ts';

function reports(of: ModelDeployment): ClientFrameOf<'report'>[] {
  return of.framesSeen.filter((frame) => frame.t === 'report');
}

async function chatting(): Promise<{ world: World; visitor: Person }> {
  const world = new World(5);
  const visitor = await world.visitor();
  await world.run(100);
  visitor.client.openChat();
  await world.run(1_000);
  return { world, visitor };
}

test('What was seen of one deployment is told to the other within seconds', async () => {
  const { world } = await chatting();
  world.primary.kill();
  await world.run(15_000);
  const [first] = reports(world.redundant);
  expect(first).toMatchObject({ hedges_won: 0, late_acks: 0 });
  expect(first?.failed_connects).toBeGreaterThan(0);
  expect(first?.age_ms).toBe(10_000);
});

test('Who reaches nobody tells later, and how long ago it began', async () => {
  const { world } = await chatting();
  world.primary.kill();
  world.redundant.kill();
  await world.run(3_600_000);
  world.redundant.start();
  await world.run(60_000);
  const [first] = reports(world.redundant);
  expect(first?.failed_connects).toBeGreaterThan(10);
  expect(first?.age_ms).toBeGreaterThan(3_590_000);
  expect(first?.age_ms).toBeLessThan(3_670_000);
});

test('What was told is not told again', async () => {
  const { world } = await chatting();
  world.primary.kill();
  await world.run(2_000);
  world.primary.start();
  await world.run(60_000);
  expect(reports(world.redundant)).toHaveLength(1);
});
