import { describe, expect, test } from 'vitest';
import { type Person, World } from './sim/world.ts';

async function start(
  seed = 9,
): Promise<{ world: World; visitor: Person; operator: Person; chat: string }> {
  const world = new World(seed);
  const visitor = await world.visitor();
  const operator = await world.operator('ann');
  await world.run(200);
  const chat = visitor.client.openChat({ name: 'Vera' });
  await world.run(300);
  return { world, visitor, operator, chat };
}

const texts = (person: Person, chat: string) =>
  person.client.chats
    .get()
    .get(chat)
    ?.messages.filter((message) => message.kind === 'message')
    .map((message) => message.text);
const last = (person: Person, chat: string) => person.client.chats.get().get(chat)?.messages.at(-1);

describe('Outbox', () => {
  test('one tick when one deployment has it, two when both have it', async () => {
    const { world, visitor, chat } = await start();
    world.primary.peerLink = false;
    visitor.paths.redundant.blackholeUp = true;
    visitor.client.send(chat, 'one tick');
    expect(last(visitor, chat)?.state).toBe('waiting');
    await world.run(100);
    expect(last(visitor, chat)?.state).toBe('accepted');
    visitor.paths.redundant.blackholeUp = false;
    world.primary.peerLink = true;
    await world.run(100);
    expect(last(visitor, chat)?.state).toBe('safe');
  });

  test('what was written with everything dead is delivered after a reload', async () => {
    const { world, visitor, operator, chat } = await start();
    world.primary.kill();
    world.redundant.kill();
    visitor.client.send(chat, 'anybody?');
    visitor.client.send(chat, 'I will wait');
    await world.run(10_000);
    await visitor.reload();
    expect(texts(visitor, chat)).toEqual(['anybody?', 'I will wait']);
    world.redundant.start();
    await world.run(30_000);
    expect(texts(operator, chat)).toEqual(['anybody?', 'I will wait']);
    expect(visitor.client.connection.get()).toMatchObject({ waiting: 0, unsafe: 2 });
  });

  test('the whole transcript is there after a reload while nobody can be reached', async () => {
    const { world, visitor, operator, chat } = await start();
    visitor.client.send(chat, 'hello');
    await world.run(200);
    operator.client.send(chat, 'good day');
    await world.run(200);
    world.primary.kill();
    world.redundant.kill();
    await visitor.reload();
    await operator.reload();
    expect(texts(visitor, chat)).toEqual(['hello', 'good day']);
    expect(texts(operator, chat)).toEqual(['hello', 'good day']);
  });

  test('what only a destroyed deployment had accepted comes back from its author', async () => {
    const { world, visitor, operator, chat } = await start();
    world.primary.peerLink = false;
    visitor.paths.redundant.blackholeUp = true;
    visitor.client.send(chat, 'only Primary has this');
    await world.run(500);
    expect(last(visitor, chat)?.state).toBe('accepted');
    world.primary.kill();
    visitor.paths.redundant.blackholeUp = false;
    await world.run(30_000);
    expect(texts(operator, chat)).toEqual(['only Primary has this']);
    world.primary.peerLink = true;
    world.primary.start(true);
    await world.run(30_000);
    expect(visitor.client.connection.get().unsafe).toBe(0);
    expect(world.primary.holds(last(visitor, chat)?.digest ?? '')).toBe(true);
  });

  test('a deployment that lost its journal gets back what it had accepted, also when it is the only one left', async () => {
    const { world, visitor, chat } = await start();
    world.primary.peerLink = false;
    world.redundant.kill();
    visitor.client.send(chat, 'take this twice');
    await world.run(500);
    const digest = last(visitor, chat)?.digest ?? '';
    world.primary.kill();
    world.primary.start(true);
    await world.run(10_000);
    expect(world.primary.holds(digest)).toBe(true);
    expect(visitor.storage.outbox().has(digest)).toBe(true);
  });

  test('what is written before the store has loaded is sent, and what was stored is not overwritten', async () => {
    const { world, visitor, chat } = await start();
    visitor.client.send(chat, 'first');
    await world.run(500);
    const reloaded = visitor.reload();
    const second = visitor.client.openChat();
    await reloaded;
    await world.run(1_000);
    expect(visitor.client.connection.get().unsafe).toBe(0);
    expect(texts(visitor, chat)).toEqual(['first']);
    expect(visitor.client.chats.get().get(second)?.messages[0]?.state).toBe('safe');
  });

  test('the planted bug forgets it when one deployment has accepted', async () => {
    const world = new World(9);
    const visitor = await world.visitor({ plants: { outboxDroppedOnAccepted: true } });
    const chat = visitor.client.openChat();
    world.primary.peerLink = false;
    visitor.client.send(chat, 'only Primary has this');
    await world.run(500);
    expect(visitor.storage.outbox().size).toBe(0);
  });

  test('with the peer link cut the browser bridges: both deployments get it, with the acceptance of the first', async () => {
    const { world, visitor, chat } = await start();
    world.primary.peerLink = false;
    visitor.client.send(chat, 'over the bridge');
    await world.run(3_000);
    const digest = last(visitor, chat)?.digest ?? '';
    expect(world.redundant.holds(digest)).toBe(true);
    expect(world.redundant.chats.get(chat)?.get(digest)?.acc[0]?.o).toMatch(/^primary/);
    expect(last(visitor, chat)?.state).toBe('safe');
    expect(visitor.client.stats.bridged).toBe(1);
  });

  test('with the peer link up nothing is bridged', async () => {
    const { world, visitor, chat } = await start();
    for (let i = 0; i < 20; i++) {
      visitor.client.send(chat, `n ${i}`);
      await world.run(100);
    }
    await world.run(5_000);
    expect(visitor.client.stats.bridged).toBe(0);
    expect(visitor.client.stats.givenBack).toBe(0);
  });

  test('an event that can never be taken is shown as refused, and is not sent again', async () => {
    const { world, visitor, chat } = await start();
    world.primary.moods.refuse = { code: 4304 };
    visitor.client.send(chat, 'no');
    await world.run(300);
    expect(last(visitor, chat)).toMatchObject({ state: 'refused', why: 'refused 4304' });
    world.primary.moods.refuse = null;
    await visitor.reload();
    await world.run(1_000);
    expect(last(visitor, chat)).toMatchObject({ state: 'refused' });
    visitor.client.send(chat, 'yes');
    await world.run(300);
    expect(
      visitor.client.chats
        .get()
        .get(chat)
        ?.messages.map((message) => message.state),
    ).toEqual(['safe', 'safe', 'refused']);
  });

  test('a refused event is never named by later ones', async () => {
    const { world, visitor, chat } = await start();
    world.primary.moods.refuse = { code: 4304 };
    visitor.client.send(chat, 'no');
    await world.run(300);
    world.primary.moods.refuse = null;
    const refused = last(visitor, chat)?.digest;
    visitor.client.send(chat, 'yes');
    await world.run(300);
    const sent = [...(world.primary.chats.get(chat)?.values() ?? [])].at(-1);
    expect(sent?.content.head.after).not.toContain(refused);
  });

  test('a node that asks for patience gets it, while the other one takes the event', async () => {
    const { world, visitor, chat } = await start();
    world.primary.moods.refuse = { code: 4001, retryMs: 5_000 };
    const seen = world.primary.sendsSeen.length;
    visitor.client.send(chat, 'quick');
    await world.run(2_000);
    expect(visitor.client.connection.get().waiting).toBe(0);
    expect(world.primary.sendsSeen.length).toBe(seen + 1);
  });

  test('a lost answer pins nothing', async () => {
    const { world, visitor, chat } = await start();
    visitor.paths.primary.drop = 1;
    visitor.client.send(chat, 'lost');
    await world.run(50);
    visitor.paths.primary.drop = 0;
    for (let i = 0; i < 12; i++) {
      await world.run(1_000);
      visitor.client.send(chat, `more ${i}`);
    }
    await world.run(1_000);
    expect(visitor.client.connection.get()).toMatchObject({ waiting: 0, unsafe: 0 });
    expect(texts(visitor, chat)?.[0]).toBe('lost');
  });

  test('hundreds of events written without a connection arrive in order', async () => {
    const { world, visitor, operator, chat } = await start();
    world.primary.kill();
    world.redundant.kill();
    for (let i = 0; i < 500; i++) visitor.client.send(chat, `${i}`);
    await world.run(10_000);
    world.primary.start();
    world.redundant.start();
    await world.run(60_000);
    expect(texts(operator, chat)).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`));
    expect(visitor.client.connection.get().unsafe).toBe(0);
  });
});

test('A limit on events a second slows the outbox down, and is no flood', async () => {
  const { world, visitor, operator, chat } = await start();
  world.primary.kill();
  world.redundant.kill();
  for (let i = 0; i < 300; i++) visitor.client.send(chat, `${i}`);
  await world.run(10_000);
  for (const deployment of [world.primary, world.redundant]) {
    deployment.moods.rate = { burst: 40, perS: 10 };
    deployment.start();
  }
  await world.run(60_000);
  expect(texts(operator, chat)).toEqual(Array.from({ length: 300 }, (_, i) => `${i}`));
  expect(
    visitor.events.filter((event) => event.type === 'link' && event.why === 'a flood'),
  ).toEqual([]);
  const refusals = visitor.events.filter((event) => event.type === 'refused');
  expect(refusals.length).toBeLessThan(40);
});

describe('Storage', () => {
  test('where it is blocked the chat goes on, and says that a reload would lose', async () => {
    const world = new World();
    const visitor = await world.visitor();
    visitor.storage.blocked = true;
    await visitor.reload();
    expect(visitor.client.connection.get().storage).toBe('memory');
    const chat = visitor.client.openChat();
    visitor.client.send(chat, 'hello');
    await world.run(1_000);
    expect(last(visitor, chat)?.state).toBe('safe');
  });

  test('when it becomes full the chat goes on, and says so', async () => {
    const { world, visitor, chat } = await start();
    expect(visitor.client.connection.get().storage).toBe('persistent');
    visitor.storage.full = true;
    visitor.client.send(chat, 'hello');
    await world.run(1_000);
    expect(visitor.client.connection.get()).toMatchObject({ storage: 'memory', unsafe: 0 });
  });

  test('records of this version are read by name, unknown fields pass, later versions are left alone', async () => {
    const { world, visitor, chat } = await start();
    visitor.client.send(chat, 'kept');
    await world.run(300);
    for (const [key, record] of visitor.storage.records)
      visitor.storage.records.set(key, { key, value: { ...(record.value as object), later: [1] } });
    visitor.storage.records.set('event/x/y', { key: 'event/x/y', value: { v: 2, anything: true } });
    visitor.storage.records.set('theme', { key: 'theme', value: null });
    await visitor.reload();
    await world.run(1_000);
    expect(texts(visitor, chat)).toEqual(['kept']);
    expect(visitor.storage.records.has('event/x/y')).toBe(true);
  });

  test('a damaged record is no event', async () => {
    const { visitor, chat } = await start();
    for (const [key, record] of visitor.storage.records)
      if (key.startsWith('event/'))
        visitor.storage.records.set(key, {
          key,
          value: { ...(record.value as object), head: '{"v":1}' },
        });
    await visitor.reload();
    expect(visitor.client.chats.get().get(chat)).toBeUndefined();
  });

  test('chats that were closed long ago are forgotten, once they owe nothing', async () => {
    const { world, visitor, operator, chat } = await start();
    await Promise.all([operator.client.closeChat(chat), world.run(300)]);
    expect(visitor.client.chats.get().get(chat)?.state).toBe('closed');
    await visitor.reload();
    expect(visitor.client.chats.get().size).toBe(1);
    visitor.machine.wallOffset += 25 * 3_600_000;
    await visitor.reload();
    expect(visitor.client.chats.get().size).toBe(0);
    await world.run(0);
    expect([...visitor.storage.records.keys()].filter((key) => key.startsWith('event/'))).toEqual(
      [],
    );
  });
});

describe('Tabs', () => {
  test('share what they wrote and what they were told', async () => {
    const { world, visitor, chat } = await start();
    const second = await visitor.secondTab();
    visitor.client.send(chat, 'from the first');
    await world.run(500);
    second.send(chat, 'from the second');
    await world.run(500);
    for (const tab of [visitor.client, second])
      expect(
        tab.chats
          .get()
          .get(chat)
          ?.messages.map((message) => [message.text, message.state]),
      ).toEqual([
        ['', 'safe'],
        ['from the first', 'safe'],
        ['from the second', 'safe'],
      ]);
    second.close();
  });

  test('another tab sends what a closed one could not', async () => {
    const { world, visitor, chat } = await start();
    const second = await visitor.secondTab();
    await world.run(500);
    visitor.paths.primary.blackholeUp = true;
    visitor.paths.redundant.blackholeUp = true;
    visitor.client.send(chat, 'do not forget me');
    await world.run(100);
    visitor.client.close();
    visitor.paths.primary.blackholeUp = false;
    visitor.paths.redundant.blackholeUp = false;
    await world.run(3_000);
    expect(second.chats.get().get(chat)?.messages.at(-1)).toMatchObject({
      text: 'do not forget me',
      state: 'safe',
    });
    second.close();
  });
});
