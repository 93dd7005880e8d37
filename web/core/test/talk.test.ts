import { expect, test } from 'vitest';
import { b64, utf8 } from '../src/bytes.ts';
import { AskRefused, TextRefused } from '../src/index.ts';
import { ed25519 } from './sim/ed25519.ts';
import { type Person, World } from './sim/world.ts';

const secret = new Uint8Array(32).fill(7);
const moderatorKeys = { m1: b64(ed25519.getPublicKey(secret)) };
function verdict(epoch: number) {
  const p = JSON.stringify({ epoch, why: 'test', at: 1 });
  return { p, k: 'm1', s: b64(ed25519.sign(utf8(`holdfast:verdict:1\n${p}`), secret)) };
}

async function start(): Promise<{ world: World; visitor: Person; operator: Person; chat: string }> {
  const world = new World(1);
  const visitor = await world.visitor({ moderatorKeys });
  const operator = await world.operator('ann', { moderatorKeys });
  await world.run(200);
  const chat = visitor.client.openChat({ name: 'Vera' });
  await world.run(300);
  return { world, visitor, operator, chat };
}

test('A visitor and an operator talk', async () => {
  const { world, visitor, operator, chat } = await start();
  visitor.client.send(chat, 'hello');
  await world.run(200);
  expect(
    operator.client.chats
      .get()
      .get(chat)
      ?.messages.map((one) => one.text),
  ).toEqual(['', 'hello']);
  await Promise.all([operator.client.accept(chat), world.run(200)]);
  operator.client.send(chat, 'good day');
  await world.run(200);
  const view = visitor.client.chats.get().get(chat);
  expect(view).toMatchObject({
    state: 'assigned',
    operator: 'o:ann',
    opening: { name: 'Vera' },
    whole: true,
  });
  expect(view?.messages.map((one) => [one.kind, one.text, one.mine, one.state])).toEqual([
    ['open', '', true, 'safe'],
    ['message', 'hello', true, 'safe'],
    ['route', '', false, 'safe'],
    ['message', 'good day', false, 'safe'],
  ]);
});

test('A chat is closed by its operator and queued again by its visitor', async () => {
  const { world, visitor, operator, chat } = await start();
  await Promise.all([operator.client.accept(chat), world.run(200)]);
  await Promise.all([operator.client.closeChat(chat), world.run(200)]);
  expect(visitor.client.chats.get().get(chat)?.state).toBe('closed');
  visitor.client.send(chat, 'one more thing');
  await world.run(300);
  expect(operator.client.chats.get().get(chat)?.state).toBe('queued');
});

test('Typing shows on the other side, and forgets itself', async () => {
  const { world, visitor, operator, chat } = await start();
  visitor.client.typing(chat, true);
  await world.run(100);
  expect(operator.client.chats.get().get(chat)?.typing).toEqual([visitor.client.author]);
  await world.run(6_000);
  expect(operator.client.chats.get().get(chat)?.typing).toEqual([]);
});

test('Typing is told at most every 2.5 s', async () => {
  const { world, visitor, chat } = await start();
  for (let i = 0; i < 100; i++) {
    visitor.client.typing(chat, true);
    await world.run(100);
  }
  expect(world.primary.framesSeen.filter((frame) => frame.t === 'signal').length).toBe(4);
});

test('A verdict moves the carrier, an older one does not move it back', async () => {
  const { world, visitor } = await start();
  world.redundant.announce(verdict(4));
  await world.run(100);
  expect(visitor.client.connection.get()).toMatchObject({
    epoch: 4,
    active: 'redundant',
    carrier: 'redundant',
  });
  world.primary.announce(verdict(3));
  await world.run(100);
  expect(visitor.client.connection.get().epoch).toBe(4);
});

test('The verdict is known again after a reload without a connection', async () => {
  const { world, visitor } = await start();
  world.redundant.announce(verdict(2));
  await world.run(100);
  world.primary.kill();
  world.redundant.kill();
  await visitor.reload();
  expect(visitor.client.connection.get()).toMatchObject({ epoch: 2, active: 'redundant' });
});

test('An ask is repeated over the other link until somebody decides', async () => {
  const { world, operator, chat } = await start();
  world.primary.moods.frozen = true;
  const accepted = operator.client.accept(chat);
  await world.run(6_000);
  await accepted;
  expect(operator.client.chats.get().get(chat)?.operator).toBe('o:ann');
});

test('An ask survives a connection that breaks', async () => {
  const { world, operator, chat } = await start();
  const accepted = operator.client.accept(chat);
  world.primary.kill();
  await world.run(2_000);
  await accepted;
  expect(operator.client.chats.get().get(chat)?.operator).toBe('o:ann');
});

test('An ask that waits is refused when the client closes', async () => {
  const { world, operator, chat } = await start();
  world.primary.kill();
  world.redundant.kill();
  await world.run(100);
  const accepted = operator.client.accept(chat);
  operator.client.close();
  await expect(accepted).rejects.toBeInstanceOf(AskRefused);
});

test('Text that can never be taken throws, and leaves nothing behind', async () => {
  const { visitor, chat } = await start();
  const before = visitor.client.chats.get();
  expect(() => visitor.client.send(chat, '')).toThrow(TextRefused);
  expect(() => visitor.client.send('no such chat', 'x')).toThrow(TextRefused);
  expect(visitor.client.chats.get()).toBe(before);
});

test('Subscribers are told once a turn, until they unsubscribe', async () => {
  const { world, visitor, chat } = await start();
  let told = 0;
  const unsubscribe = visitor.client.chats.subscribe(() => told++);
  visitor.client.send(chat, 'hello');
  expect(told).toBe(1);
  unsubscribe();
  unsubscribe();
  await world.run(1_000);
  expect(told).toBe(1);
});
