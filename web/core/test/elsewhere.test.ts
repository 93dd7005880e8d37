import { expect, test } from 'vitest';
import { World } from './sim/world.ts';

async function waitingChat() {
  const world = new World(1);
  const visitor = await world.visitor();
  const operator = await world.operator('ann');
  await world.run(200);
  const chat = visitor.client.openChat({ name: 'Vera' });
  await world.run(300);
  const line = { t: 'chat', chat, digest: '' } as const;
  return { world, operator, chat, line };
}

test('A chat that another operator took leaves the list, and it is known who has it', async () => {
  const { world, operator, chat, line } = await waitingChat();
  world.primary.say({ ...line, state: 'assigned', operator: 'o:bob', gone: true });
  await world.run(100);
  expect(operator.client.chats.get().has(chat)).toBe(false);
  expect([...operator.client.elsewhere.get().values()]).toEqual([
    { id: chat, operator: 'o:bob', opening: { name: 'Vera' } },
  ]);
});

test('What others took, and later closed, does not wait again after a reload', async () => {
  const { world, operator, chat, line } = await waitingChat();
  world.primary.say({ ...line, state: 'assigned', operator: 'o:bob', gone: true });
  await world.run(100);
  await operator.reload();
  expect(operator.client.chats.get().has(chat)).toBe(false);
  expect(operator.client.elsewhere.get().get(chat)?.operator).toBe('o:bob');
  await world.run(300);
  world.primary.say({ ...line, state: 'closed', gone: true });
  await world.run(100);
  await operator.reload();
  expect(operator.client.chats.get().has(chat)).toBe(false);
  expect(operator.client.elsewhere.get().size).toBe(0);
});

test('A chat that others gave back is shown again, also after a reload', async () => {
  const { world, operator, chat, line } = await waitingChat();
  world.primary.say({ ...line, state: 'assigned', operator: 'o:bob', gone: true });
  await world.run(100);
  world.primary.say({ ...line, state: 'queued' });
  await world.run(100);
  expect(operator.client.chats.get().get(chat)?.state).toBe('queued');
  await operator.reload();
  expect(operator.client.chats.get().get(chat)?.state).toBe('queued');
  expect(operator.client.elsewhere.get().size).toBe(0);
});

test('A chat that was closed, and written in again while the console was away, is shown again', async () => {
  const { world, operator, chat, line } = await waitingChat();
  world.primary.say({ ...line, state: 'closed', gone: true });
  await world.run(100);
  expect(operator.client.chats.get().has(chat)).toBe(false);
  await operator.reload();
  expect(operator.client.chats.get().has(chat)).toBe(false);
  await world.run(300); // the welcome lists it as open
  expect(operator.client.chats.get().get(chat)?.state).toBe('queued');
});
