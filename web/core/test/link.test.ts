import { describe, expect, test } from 'vitest';
import { type Person, World } from './sim/world.ts';

async function start(
  seed = 5,
): Promise<{ world: World; visitor: Person; operator: Person; chat: string }> {
  const world = new World(seed);
  const visitor = await world.visitor();
  const operator = await world.operator('ann');
  await world.run(200);
  const chat = visitor.client.openChat();
  await world.run(200);
  return { world, visitor, operator, chat };
}

const links = (person: Person) => person.client.connection.get().links;

describe('Links', () => {
  test('a browsing visitor keeps one, a chatting one keeps two', async () => {
    const world = new World();
    const visitor = await world.visitor();
    await world.run(1_000);
    expect(links(visitor)).toEqual({ primary: 'up', redundant: 'idle' });
    visitor.client.openChat();
    await world.run(1_000);
    expect(links(visitor)).toEqual({ primary: 'up', redundant: 'up' });
  });

  test('a browsing visitor whose deployment is dead is served by the other one', async () => {
    const world = new World();
    world.primary.kill();
    const visitor = await world.visitor();
    await world.run(3_000);
    expect(links(visitor)).toEqual({ primary: 'idle', redundant: 'up' });
    expect(visitor.client.connection.get()).toMatchObject({
      carrier: 'redundant',
      active: 'primary',
      epoch: 1,
    });
  });

  test('with both dead a browsing visitor tries for ever, and not in a tight loop', async () => {
    const world = new World();
    world.primary.kill();
    world.redundant.kill();
    const visitor = await world.visitor();
    await world.run(600_000);
    expect(visitor.network.opened).toBeGreaterThan(60);
    expect(visitor.network.opened).toBeLessThan(600);
    world.redundant.start();
    await world.run(15_000);
    expect(visitor.client.connection.get().carrier).toBe('redundant');
  });

  test('a silent link is suspect after 2 s and replaced after 5 s while somebody waits', async () => {
    const { world, visitor, chat } = await start();
    visitor.paths.primary.blackholeUp = true;
    visitor.client.send(chat, 'hello?');
    await world.run(1_900);
    expect(links(visitor).primary).toBe('up');
    await world.run(200);
    expect(links(visitor).primary).toBe('suspect');
    expect(visitor.client.connection.get().carrier).toBe('redundant');
    await world.run(3_100);
    expect(links(visitor).primary).not.toBe('suspect');
    expect(visitor.client.stats.deadLinks).toBe(1);
    visitor.paths.primary.blackholeUp = false;
    await world.run(15_000);
    expect(visitor.client.connection.get()).toMatchObject({
      carrier: 'primary',
      waiting: 0,
      unsafe: 0,
    });
  });

  test('an idle link without heartbeats is replaced', async () => {
    const { world, visitor } = await start();
    visitor.paths.primary.blackholeDown = true;
    await world.run(12_000);
    expect(visitor.client.stats.deadLinks).toBe(1);
  });

  test('a late timer is no verdict: frames that waited behind it are heard first', async () => {
    const { world, visitor } = await start();
    visitor.machine.throttle(60_000);
    visitor.paths.primary.latencyMs = 55_000; // what was sent meanwhile arrives just after the timers
    await world.run(70_000);
    expect(visitor.client.stats.deadLinks).toBe(0);
  });

  test('a socket that sleep left open is verified within a second of waking up', async () => {
    const { world, visitor } = await start();
    visitor.visible = false;
    visitor.changed();
    visitor.machine.throttle(3_600_000);
    visitor.paths.primary.blackholeDown = true;
    visitor.paths.primary.blackholeUp = true;
    await world.run(7_000);
    visitor.visible = true;
    visitor.machine.throttle(0);
    visitor.changed();
    await world.run(1_100);
    expect(visitor.client.stats.deadLinks).toBe(1);
    expect(visitor.client.connection.get().carrier).toBe('redundant');
  });

  test('over fast, back slowly: a deployment that has just come back does not carry at once', async () => {
    const { world, visitor } = await start();
    world.primary.kill();
    await world.run(500);
    expect(visitor.client.connection.get().carrier).toBe('redundant');
    world.primary.start();
    visitor.changed();
    await world.run(500);
    expect(visitor.client.connection.get()).toMatchObject({
      carrier: 'redundant',
      links: { primary: 'up' },
    });
    await world.run(11_000);
    expect(visitor.client.connection.get().carrier).toBe('primary');
  });

  test('when the last link is lost the other is dialled at once, however often it failed before', async () => {
    const { world, visitor } = await start();
    world.primary.kill();
    await world.run(120_000);
    // Back just now; the visitor would look in some seconds.
    world.primary.start();
    world.redundant.kill();
    await world.run(1_000);
    expect(visitor.client.connection.get().carrier).toBe('primary');
  });

  test('coming online dials at once', async () => {
    const { world, visitor } = await start();
    for (const path of Object.values(visitor.paths)) {
      path.blackholeUp = true;
      path.blackholeDown = true;
    }
    await world.run(200_000);
    expect(visitor.client.connection.get().carrier).toBeNull();
    for (const path of Object.values(visitor.paths)) {
      path.blackholeUp = false;
      path.blackholeDown = false;
    }
    await world.run(0);
    visitor.changed();
    await world.run(4_200);
    expect(visitor.client.connection.get().carrier).not.toBeNull();
  });

  test('"come back in N s" is honoured, also when the person comes back sooner', async () => {
    const { world, visitor } = await start();
    world.primary.drain(20_000);
    await world.run(100);
    const before = visitor.network.opened;
    visitor.changed();
    await world.run(19_000);
    expect(visitor.network.opened).toBe(before);
    await world.run(31_000);
    expect(links(visitor).primary).toBe('up');
  });

  test('the next URL of the deployment is tried when one fails', async () => {
    const { world, visitor } = await start();
    world.primary.close(1006);
    await world.run(5_000);
    expect(links(visitor).primary).toBe('up');
    expect(
      visitor.events.filter((event) => event.type === 'link' && event.why === 'http://p2').length,
    ).toBeGreaterThan(0);
  });

  test('a revoked session stops and says so; renew() goes on', async () => {
    const world = new World();
    const operator = await world.operator('revoked');
    await world.run(5_000);
    expect(links(operator)).toEqual({ primary: 'refused', redundant: 'refused' });
    expect(operator.client.connection.get().trouble).toMatchObject({ code: 4202 });
    operator.client.renew({ type: 'token', token: 'o:ann', author: 'o:ann' });
    await world.run(1_000);
    expect(operator.client.connection.get()).toMatchObject({ carrier: 'primary', trouble: null });
  });

  test('a client that is refused for good asks seldom', async () => {
    const { world, visitor } = await start();
    world.primary.close(4320, 'unknown site');
    world.redundant.close(4320, 'unknown site');
    const before = visitor.network.opened;
    await world.run(15_000);
    expect(visitor.network.opened).toBe(before);
    expect(visitor.client.connection.get().trouble).toMatchObject({ code: 4320 });
  });

  test('a hidden tab lets go while another one is visible', async () => {
    const { world, visitor } = await start();
    visitor.visible = false;
    visitor.otherTabVisible = true;
    visitor.changed();
    expect(links(visitor)).toEqual({ primary: 'idle', redundant: 'idle' });
    visitor.visible = true;
    visitor.changed();
    await world.run(100);
    expect(links(visitor)).toEqual({ primary: 'up', redundant: 'up' });
  });

  test('nothing happens after close(), which may be called twice', async () => {
    const { world, visitor } = await start();
    let told = 0;
    visitor.client.connection.subscribe(() => told++);
    visitor.client.close();
    visitor.client.close();
    await world.run(60_000);
    expect(told).toBe(0);
    expect(world.primary.sessions + world.redundant.sessions).toBe(2); // the operator's
  });
});

describe('Bad frames', () => {
  test.each([
    'not json',
    '[]',
    '{"t":5}',
    '{"t":"accepted","digest":5}',
    '{"t":"event","chat":"x","head":"{}","body":null,"acc":[]}',
    '{"t":"event","chat":"x","head":"{","body":null,"acc":[]}',
    '{"t":"beat","chats":[null]}',
    '{"t":"welcome"}',
  ])('are counted and cost nothing else: %s', async (frame) => {
    const { world, visitor, chat } = await start();
    world.primary.say(frame);
    await world.run(100);
    expect(visitor.client.stats.badFrames).toBe(1);
    visitor.client.send(chat, 'still here');
    await world.run(500);
    expect(visitor.client.connection.get()).toMatchObject({ carrier: 'primary', unsafe: 0 });
  });

  test('a frame type of a later version is no error', async () => {
    const { world, visitor } = await start();
    world.primary.say('{"t":"reaction","x":1}');
    world.primary.say('{"t":"toString"}');
    await world.run(100);
    expect(visitor.client.stats.badFrames).toBe(0);
  });

  test('an event that is not ours to see is dropped', async () => {
    const { world, visitor, operator, chat } = await start();
    operator.client.note(chat, 'a secret');
    await world.run(300);
    const note = [...(world.primary.chats.get(chat)?.values() ?? [])].find(
      (one) => one.content.head.kind === 'note',
    );
    world.primary.say({
      t: 'event',
      chat,
      head: note?.content.headBytes ?? '',
      body: note?.content.bodyBytes ?? null,
      acc: note?.acc ?? [],
    });
    await world.run(100);
    expect(
      visitor.client.chats
        .get()
        .get(chat)
        ?.messages.some((message) => message.kind === 'note'),
    ).toBe(false);
    expect(
      operator.client.chats
        .get()
        .get(chat)
        ?.messages.some((message) => message.kind === 'note'),
    ).toBe(true);
  });
});
