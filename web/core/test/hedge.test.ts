import { expect, test } from 'vitest';
import { HedgeBudget, HedgeDelay } from '../src/hedge.ts';
import { type Person, World } from './sim/world.ts';

test('The delay is the p95 of recent acks, between 150 ms and a second', () => {
  const delay = new HedgeDelay();
  for (let i = 0; i < 64; i++) delay.acked(10);
  expect(delay.ms).toBe(150);
  for (let i = 0; i < 8; i++) delay.acked(300);
  expect(delay.ms).toBe(300);
  for (let i = 0; i < 64; i++) delay.acked(9_000);
  expect(delay.ms).toBe(1_000);
});

test('The budget is one in twenty sends', () => {
  const budget = new HedgeBudget();
  let hedges = 0;
  for (let i = 0; i < 1_000; i++) {
    budget.sent();
    if (budget.take()) hedges++;
  }
  expect(hedges).toBeLessThanOrEqual(51);
  expect(hedges).toBeGreaterThanOrEqual(50);
});

async function chatting(options = {}): Promise<{ world: World; visitor: Person; chat: string }> {
  const world = new World(3);
  const visitor = await world.visitor(options);
  await world.run(100);
  const chat = visitor.client.openChat();
  await world.run(100);
  for (let i = 0; i < 64; i++) {
    visitor.client.send(chat, `warm up ${i}`);
    await world.run(50);
  }
  await world.run(1_000);
  return { world, visitor, chat };
}

test('A send whose ack is late goes over the other link, and the chat goes on', async () => {
  const { world, visitor, chat } = await chatting();
  visitor.paths.primary.blackholeUp = true;
  visitor.client.send(chat, 'is somebody there?');
  await world.run(140);
  expect(visitor.client.stats.hedges).toBe(0);
  await world.run(60);
  expect(visitor.client.stats.hedges).toBe(1);
  expect(visitor.client.stats.hedgesWon).toBe(1);
  expect(visitor.client.connection.get().waiting).toBe(0);
});

test('While nothing is answered at all, new sends go over both links at once', async () => {
  const { world, visitor, chat } = await chatting();
  visitor.paths.primary.blackholeDown = true;
  visitor.client.send(chat, 'one');
  await world.run(200);
  for (let i = 0; i < 10; i++) {
    visitor.client.send(chat, `quick ${i}`);
    await world.run(30);
    expect(visitor.client.connection.get().waiting).toBe(0);
  }
  expect(visitor.client.stats.hedgesDenied).toBe(0);
});

// Acks take longer than any hedge delay, but they come.
async function slowDown({
  world,
  visitor,
  chat,
}: Awaited<ReturnType<typeof chatting>>): Promise<number> {
  world.primary.moods.commitMs = 1_500;
  const before = visitor.client.stats.hedges;
  for (let i = 0; i < 400; i++) {
    visitor.client.send(chat, `slow ${i}`);
    await world.run(150 + (i % 7) * 10);
  }
  await world.run(3_000);
  return visitor.client.stats.hedges - before;
}

test('While acks are late but flowing, hedges keep to their budget', async () => {
  expect(await slowDown(await chatting())).toBeLessThan(60);
});

test('The planted bug spends without a budget', async () => {
  expect(await slowDown(await chatting({ plants: { hedgeUnlimited: true } }))).toBeGreaterThan(300);
});

test('With hedging off a blackholed link is left only when it is suspect', async () => {
  const { world, visitor, chat } = await chatting({ hedge: false });
  visitor.paths.primary.blackholeUp = true;
  visitor.client.send(chat, 'is somebody there?');
  await world.run(1_900);
  expect(visitor.client.connection.get().waiting).toBe(1);
  await world.run(300);
  expect(visitor.client.connection.get().waiting).toBe(0);
  expect(visitor.client.stats.hedges).toBe(0);
});

test('When the connection of the first copy breaks, the second leaves at once', async () => {
  const { world, visitor, chat } = await chatting();
  world.primary.moods.commitMs = 10_000;
  visitor.client.send(chat, 'just before');
  await world.run(20);
  world.primary.kill();
  await world.run(30);
  expect(visitor.client.connection.get()).toMatchObject({ waiting: 0, carrier: 'redundant' });
  expect(visitor.client.stats).toMatchObject({ hedges: 0, reroutes: 1, hedgesWon: 1 });
});

test('A hedge that an overloaded node refuses does not count against the event', async () => {
  const { world, visitor, chat } = await chatting();
  world.redundant.moods.refuse = { code: 4006 };
  world.primary.moods.commitMs = 400;
  visitor.client.send(chat, 'hold on');
  await world.run(700);
  const view = visitor.client.chats.get().get(chat)?.messages.at(-1);
  expect(view?.state).not.toBe('waiting');
  expect(view?.state).not.toBe('refused');
});
