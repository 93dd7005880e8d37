import { describe, expect, test } from 'vitest';
import { Limit } from '../src/gen/protocol.ts';
import { type Person, World } from './sim/world.ts';

const SECRET = 'my address is 7 Mill Lane';

async function start(seed = 11) {
  const world = new World(seed);
  const visitor = await world.visitor();
  const operator = await world.operator('ann');
  await world.run(200);
  const chat = visitor.client.openChat({ name: 'Vera' });
  await world.run(300);
  visitor.client.send(chat, SECRET);
  await world.run(500);
  const digest = message(visitor, chat)?.digest ?? '';
  return { world, visitor, operator, chat, digest };
}

const message = (person: Person, chat: string) =>
  person.client.chats
    .get()
    .get(chat)
    ?.messages.find((one) => one.kind === 'message');
const stored = (person: Person) => JSON.stringify([...person.storage.records.values()]);

describe('An erased event', () => {
  test('loses its text on the screen and in the store, and stands where it stood', async () => {
    const { world, visitor, operator, chat, digest } = await start();
    expect(stored(operator)).toContain(SECRET);
    world.primary.erase(chat, [digest]);
    await world.run(100);
    for (const person of [visitor, operator]) {
      expect(message(person, chat)).toMatchObject({ digest, text: '', erased: true });
      expect(stored(person)).not.toContain(SECRET);
    }
  });

  test('stays erased when the other deployment still delivers it, and after a reload', async () => {
    const { world, operator, chat, digest } = await start();
    world.primary.erase(chat, [digest]);
    await world.run(100);
    const held = world.redundant.chats.get(chat)?.get(digest);
    if (held === undefined) throw new Error('redundant lacks it');
    world.redundant.say({
      t: 'event',
      chat,
      head: held.content.headBytes,
      body: held.content.bodyBytes,
      acc: [...held.acc],
    });
    await world.run(100);
    expect(message(operator, chat)?.erased).toBe(true);
    await operator.reload();
    await world.run(1_000);
    expect(message(operator, chat)?.erased).toBe(true);
    expect(stored(operator)).not.toContain(SECRET);
  });

  test("is told of to a console whose chat is somebody else's by now: it still names what it holds", async () => {
    const { world, operator, chat } = await start();
    const gone = {
      t: 'chat',
      chat,
      state: 'assigned',
      operator: 'o:bob',
      digest: 'd'.repeat(43),
      gone: true,
    } as const;
    world.primary.say(gone);
    await world.run(100);
    expect(operator.client.chats.get().has(chat)).toBe(false);
    expect(stored(operator)).toContain(SECRET);
    const before = world.primary.framesSeen.length;
    world.primary.kill();
    await world.run(500);
    world.primary.start();
    await world.run(20_000);
    const hello = world.primary.framesSeen
      .slice(before)
      .filter((frame) => frame.t === 'hello')
      .find((frame) => frame.as === 'operator');
    expect(hello?.chats.map((one) => one.chat)).toContain(chat);
  });

  test('is told of in more chats than a hello has room for', async () => {
    const { world, visitor, operator, chat, digest } = await start();
    const erased = [{ chat, digest }];
    for (let i = 0; i <= Limit.chatsMax; i++) {
      const more = visitor.client.openChat();
      visitor.client.send(more, `${SECRET}, flat ${i}`);
      await world.run(20);
      erased.push({ chat: more, digest: message(visitor, more)?.digest ?? '' });
    }
    await world.run(2_000);
    const still = () =>
      erased.filter(({ chat: each }) => message(operator, each)?.text !== '').length;
    expect(still()).toBe(erased.length);
    for (const deployment of [world.primary, world.redundant]) {
      deployment.kill();
      for (const one of erased) deployment.erase(one.chat, [one.digest]);
    }
    await world.run(3_000);
    expect(still()).toBe(erased.length);
    world.primary.start();
    world.redundant.start();
    await world.run(40_000);
    expect(still()).toBe(0);
    expect(stored(operator).includes(SECRET)).toBe(false);
    expect(operator.client.stats.badFrames).toBe(0);
  });

  test('is given back by its head alone', async () => {
    const { world, operator, visitor, chat, digest } = await start();
    world.primary.erase(chat, [digest]);
    world.redundant.kill();
    await world.run(100);
    world.redundant.start(true);
    world.primary.peerLink = false;
    await world.run(20_000);
    const given = world.redundant.framesSeen.filter((frame) => frame.t === 'give');
    expect(JSON.stringify(given)).not.toContain(SECRET);
    expect(given.flatMap((frame) => frame.events).some((event) => event.body === null)).toBe(true);
    expect(operator.client.stats.badFrames + visitor.client.stats.badFrames).toBe(0);
  });

  test('that waits in the outbox is not sent again', async () => {
    const { world, visitor, chat } = await start();
    visitor.paths.redundant.blackholeUp = true;
    world.primary.peerLink = false;
    visitor.client.send(chat, 'said once');
    await world.run(300);
    const all = visitor.client.chats.get().get(chat)?.messages ?? [];
    const digest = all.at(-1)?.digest ?? '';
    expect(visitor.storage.outbox()).toContain(digest);
    world.primary.erase(chat, [digest]);
    await world.run(300);
    expect(visitor.storage.outbox()).not.toContain(digest);
    expect(stored(visitor)).not.toContain('said once');
    const before = world.primary.sendsSeen.length;
    await visitor.reload();
    await world.run(5_000);
    expect(world.primary.sendsSeen.slice(before)).toEqual([]);
  });
});
