import { expect, test } from 'vitest';
import { type Person, World } from './sim/world.ts';

async function start(
  seed = 11,
): Promise<{ world: World; visitor: Person; operator: Person; chat: string }> {
  const world = new World(seed);
  const visitor = await world.visitor();
  const operator = await world.operator('ann');
  await world.run(200);
  const chat = visitor.client.openChat({ name: 'Vera' });
  await world.run(300);
  return { world, visitor, operator, chat };
}

async function talk(
  { world, visitor, operator, chat }: Awaited<ReturnType<typeof start>>,
  rounds = 5,
): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    visitor.client.send(chat, `question ${i}`);
    await world.run(60);
    operator.client.send(chat, `answer ${i}`);
    await world.run(60);
  }
}

const count = (events: ReadonlyMap<string, unknown> | undefined) => events?.size ?? 0;

test('A deployment that lost its journal gets the chat back from browsers while its peer cannot reach it', async () => {
  const all = await start();
  await talk(all);
  const { world, chat } = all;
  world.primary.peerLink = false;
  world.primary.kill();
  world.primary.start(true);
  await world.run(20_000);
  expect(count(world.primary.chats.get(chat))).toBe(11);
  expect(world.primary.chats.get(chat)).toEqual(world.redundant.chats.get(chat));
});

test('Only one holder is asked, and the next one when it stays silent', async () => {
  const all = await start();
  await talk(all);
  const { world, visitor, operator, chat } = all;
  world.primary.peerLink = false;
  world.primary.kill();
  world.primary.start(true);
  await world.run(20_000);
  expect(visitor.client.stats.givenBack + operator.client.stats.givenBack).toBeLessThanOrEqual(
    count(world.primary.chats.get(chat)) + 2,
  );
});

test('Two deployments that cannot reach each other end with equal sets, through the browsers', async () => {
  const all = await start();
  const { world, visitor, operator, chat } = all;
  world.primary.peerLink = false;
  visitor.paths.redundant.blackholeUp = true;
  operator.paths.primary.blackholeUp = true;
  await talk(all, 10);
  visitor.paths.redundant.blackholeUp = false;
  operator.paths.primary.blackholeUp = false;
  await world.run(40_000);
  expect(count(world.primary.chats.get(chat))).toBe(21);
  expect(world.primary.chats.get(chat)).toEqual(world.redundant.chats.get(chat));
  expect(
    visitor.client.chats
      .get()
      .get(chat)
      ?.messages.map((one) => one.digest),
  ).toEqual(
    operator.client.chats
      .get()
      .get(chat)
      ?.messages.map((one) => one.digest),
  );
});

test('A socket that is open but delivers nothing is found out by the digests', async () => {
  const all = await start();
  const { world, visitor, operator, chat } = all;
  await world.run(1_000);
  // Frames about this chat are lost on both of the operator's links; heartbeats are not.
  operator.paths.primary.drop = 1;
  operator.paths.redundant.drop = 1;
  visitor.client.send(chat, 'did you see this?');
  await world.run(100);
  operator.paths.primary.drop = 0;
  operator.paths.redundant.drop = 0;
  await world.run(7_500);
  expect(operator.client.chats.get().get(chat)?.messages.at(-1)?.text).toBe('did you see this?');
  expect(operator.client.stats.deadLinks).toBe(0);
});

test('Lists are not exchanged while all is well', async () => {
  const all = await start();
  await talk(all, 40);
  await all.world.run(20_000);
  expect(
    all.world.primary.framesSeen.filter((frame) => frame.t === 'have').length,
  ).toBeLessThanOrEqual(2);
});

test('A visitor who lost all storage but the identity gets the history', async () => {
  const all = await start();
  await talk(all);
  const { world, visitor, chat } = all;
  visitor.storage.records.clear();
  await visitor.reload();
  await world.run(1_000);
  expect(visitor.client.chats.get().get(chat)?.messages.length).toBe(11);
});

test('Long lists and long give-backs keep to the bounds of a frame', async () => {
  const all = await start();
  const { world, visitor, chat } = all;
  for (let i = 0; i < 200; i++) {
    visitor.client.send(chat, `${i} ${'long '.repeat(i % 10 === 0 ? 700 : 3)}`);
    await world.run(20);
  }
  await world.run(2_000);
  world.primary.peerLink = false;
  world.primary.kill();
  world.primary.framesSeen.length = 0;
  world.primary.start(true);
  await world.run(20_000);
  expect(count(world.primary.chats.get(chat))).toBe(201);
  for (const frame of world.primary.framesSeen) {
    expect(new TextEncoder().encode(JSON.stringify(frame)).length).toBeLessThanOrEqual(16_384);
    if (frame.t === 'have') expect(frame.items.length).toBeLessThanOrEqual(80);
    if (frame.t === 'hello') expect(frame.outbox.length).toBeLessThanOrEqual(200);
  }
});

test('Acceptances of the same event merge: it shows once', async () => {
  const all = await start();
  const { world, visitor, operator, chat } = all;
  world.primary.peerLink = false;
  world.primary.moods.commitMs = 400;
  visitor.client.send(chat, 'taken twice');
  await world.run(1_000);
  world.primary.peerLink = true;
  await world.run(3_000);
  const digest = operator.client.chats.get().get(chat)?.messages.at(-1)?.digest ?? '';
  expect(operator.client.chats.get().get(chat)?.messages.length).toBe(2);
  expect(world.primary.chats.get(chat)?.get(digest)?.acc.length).toBe(2);
  expect(world.redundant.chats.get(chat)?.get(digest)?.acc.length).toBe(2);
});
