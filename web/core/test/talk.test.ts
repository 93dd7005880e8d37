import { expect, test } from 'vitest';
import { World } from './sim/world.ts';

test('a visitor and an operator talk', async () => {
  const world = new World(1);
  const visitor = await world.visitor();
  const operator = await world.operator('ann');
  await world.run(200);
  const chat = visitor.client.openChat({ name: 'Vera' });
  visitor.client.send(chat, 'hello');
  await world.run(200);
  expect(
    operator.client.chats
      .get()
      .get(chat)
      ?.messages.map((m) => m.text),
  ).toEqual(['', 'hello']);
  const accepted = operator.client.accept(chat);
  await world.run(200);
  await accepted;
  operator.client.send(chat, 'good day');
  await world.run(200);
  const view = visitor.client.chats.get().get(chat);
  expect(view?.operator).toBe('o:ann');
  expect(view?.messages.map((m) => [m.kind, m.text, m.state])).toEqual([
    ['open', '', 'safe'],
    ['message', 'hello', 'safe'],
    ['route', '', 'safe'],
    ['message', 'good day', 'safe'],
  ]);
});
