import { describe, expect, test } from 'vitest';
import { sessionOf } from '../src/desk/index.ts';
import { AskRefused } from '../src/index.ts';
import { World } from './sim/world.ts';

async function talk(seed = 1) {
  const world = new World(seed);
  const visitor = await world.visitor();
  const ann = await world.operator('ann');
  await world.run(200);
  const chat = visitor.client.openChat({ name: 'Vera' });
  visitor.client.send(chat, 'Does the storm light burn under water?');
  await world.run(300);
  return { world, visitor, ann, chat };
}

describe('Transfer', () => {
  test('gives the chat to somebody else', async () => {
    const { world, visitor, ann, chat } = await talk();
    await Promise.all([ann.desk.transfer(chat, 'o:bob'), world.run(300)]);
    await world.run(100);
    expect(visitor.client.chats.get().get(chat)?.operator).toBe('o:bob');
  });

  test('goes through while the deployment that carries is dead', async () => {
    const { world, visitor, ann, chat } = await talk();
    world.primary.kill();
    await Promise.all([ann.desk.transfer(chat, 'o:bob'), world.run(6_000)]);
    expect(visitor.client.chats.get().get(chat)?.operator).toBe('o:bob');
  });
});

describe('Search', () => {
  test('finds chats by words, newest first, in pages', async () => {
    const { world, visitor, ann } = await talk();
    for (let i = 0; i < 25; i++) {
      const more = visitor.client.openChat();
      visitor.client.send(more, `storm number ${i}`);
    }
    await world.run(2_000);
    const first = ann.desk.find('storm');
    await world.run(100);
    const page = await first.answer;
    expect(page.chats).toHaveLength(20);
    expect(page.chats[0]?.at).toBeGreaterThanOrEqual(page.chats[1]?.at ?? 0);
    const second = ann.desk.find('storm', page.next ?? undefined);
    await world.run(100);
    const rest = await second.answer;
    expect(rest.chats).toHaveLength(6);
    expect(rest.next).toBe(null);
  });

  test('is asked of the other deployment when the first stays silent', async () => {
    const { world, ann } = await talk();
    world.primary.moods.searchesLost = true;
    const search = ann.desk.find('storm');
    await world.run(4_000);
    expect((await search.answer).chats).toHaveLength(1);
  });

  test('waits for a connection, and is answered then', async () => {
    const { world, ann } = await talk();
    world.primary.kill();
    world.redundant.kill();
    await world.run(500);
    const search = ann.desk.find('storm');
    await world.run(5_000);
    world.primary.start();
    world.redundant.start();
    await world.run(40_000);
    expect((await search.answer).chats).toHaveLength(1);
  });

  test('a cancelled one is asked no more', async () => {
    const { world, ann } = await talk();
    world.primary.kill();
    world.redundant.kill();
    await world.run(500);
    ann.desk.find('storm').cancel();
    world.primary.start();
    world.redundant.start();
    await world.run(40_000);
    const frames = [...world.primary.framesSeen, ...world.redundant.framesSeen];
    expect(frames.some(({ t }) => t === 'find')).toBe(false);
  });

  test('is refused to who may not search', async () => {
    const { world, ann } = await talk();
    world.primary.moods.role = 'none';
    const { answer } = ann.desk.find('storm');
    await Promise.all([expect(answer).rejects.toThrow(AskRefused), world.run(500)]);
  });
});

describe('Look', () => {
  async function closed() {
    const { world, visitor, ann, chat } = await talk();
    await Promise.all([ann.desk.closeChat(chat), world.run(300)]);
    const bob = await world.operator('bob');
    await world.run(300);
    return { world, visitor, bob, chat };
  }

  test('shows a closed chat until one looks away, and then holds nothing of it', async () => {
    const { world, bob, chat } = await closed();
    bob.client.chats.get();
    const look = bob.desk.look(chat, true);
    await Promise.all([look, world.run(300)]);
    await world.run(300);
    const view = bob.client.chats.get().get(chat);
    expect(view?.messages.map(({ text }) => text)).toContain(
      'Does the storm light burn under water?',
    );
    await bob.desk.look(chat, false);
    await world.run(100);
    expect(bob.client.chats.get().has(chat)).toBe(false);
    expect([...bob.storage.records.keys()].filter((key) => key.includes(chat))).toEqual([]);
  });

  test('is not ended by a deployment that does not know of it', async () => {
    const { world, bob, chat } = await closed();
    await Promise.all([bob.desk.look(chat, true), world.run(300)]);
    world.redundant.say({ t: 'chat', chat, state: 'closed', digest: '', gone: true });
    await world.run(300);
    expect(bob.client.chats.get().has(chat)).toBe(true);
  });

  test('ends when who shows it shows it no longer', async () => {
    const { world, bob, chat } = await closed();
    await Promise.all([bob.desk.look(chat, true), world.run(300)]);
    world.primary.say({ t: 'chat', chat, state: 'closed', digest: '', gone: true });
    await world.run(300);
    expect(bob.client.chats.get().has(chat)).toBe(false);
  });

  test('a refusal ends the look that it names, and no search', async () => {
    const { world, bob, chat } = await closed();
    world.primary.moods.searchesLost = true;
    const search = bob.desk.find('storm');
    await Promise.all([bob.desk.look(chat, true), world.run(300)]);
    const second = bob.desk.look('y'.repeat(43), true);
    await Promise.all([expect(second).rejects.toThrow('no such chat'), world.run(5_000)]);
    expect((await search.answer).chats).toHaveLength(1);
    expect(bob.client.chats.get().has(chat)).toBe(true);
  });

  test('goes on over the other link when the first is lost', async () => {
    const { world, bob, chat } = await closed();
    await Promise.all([bob.desk.look(chat, true), world.run(300)]);
    world.primary.kill();
    await world.run(4_000);
    expect(world.redundant.framesSeen.some(({ t }) => t === 'look')).toBe(true);
  });

  test('a chat that nobody knows is refused', async () => {
    const { world, bob } = await closed();
    const look = bob.desk.look('x'.repeat(43), true);
    await Promise.all([expect(look).rejects.toThrow('no such chat'), world.run(500)]);
  });
});

describe('Contact', () => {
  test('is kept field by field, the last one counts, and consoles see it', async () => {
    const { world, visitor, ann, chat } = await talk();
    visitor.client.contact(chat, { name: 'Vera', email: 'vera@example.org' });
    visitor.client.contact(chat, { email: 'vera@example.net', transcript: true });
    await world.run(500);
    expect(ann.client.chats.get().get(chat)?.contact).toEqual({
      name: 'Vera',
      email: 'vera@example.net',
      transcript: true,
    });
  });

  test('a message written while nobody was there says so', async () => {
    const { world, visitor, ann, chat } = await talk();
    visitor.client.send(chat, 'Anybody?', { offline: true });
    await world.run(500);
    const message = ann.client.chats.get().get(chat)?.messages.at(-1);
    expect(message).toMatchObject({ text: 'Anybody?', fields: { offline: true } });
  });
});

describe('Session', () => {
  test('is named by its token; anything else names none', () => {
    const payload = btoa(JSON.stringify({ sid: '01J' })).replaceAll('=', '');
    expect(sessionOf(`${payload}.mac`)).toBe('01J');
    expect(sessionOf('o:ann')).toBe(null);
    expect(sessionOf('')).toBe(null);
  });
});
