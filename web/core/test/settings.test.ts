import { describe, expect, test } from 'vitest';
import { registerKey } from '../src/desk/index.ts';
import type { Person } from './sim/world.ts';
import { World } from './sim/world.ts';

const NAME = registerKey('site:shop', 'name');

async function desk(world: World, name = 'ann'): Promise<Person> {
  const operator = await world.operator(name);
  operator.desk.viewSettings(true);
  await world.run(200);
  return operator;
}

function name(of: Person) {
  return of.desk.settings.get().registers.get(NAME);
}

describe('Settings', () => {
  test('are whole once a deployment told all of them, and not before', async () => {
    const world = new World(1);
    const ann = await world.operator('ann');
    ann.desk.viewSettings(true);
    expect(ann.desk.settings.get().whole).toBe(false);
    await world.run(200);
    expect(ann.desk.settings.get().whole).toBe(true);
    expect(ann.desk.role.get()).toBe('owner');
    expect(ann.desk.site.get()?.name).toBe('Harbour Lamps');
  });

  test('A write counts on its author’s screen at once, and becomes accepted and safe like a message', async () => {
    const world = new World(1);
    const ann = await desk(world);
    const digest = ann.desk.writeSetting('site:shop', 'name', 'Lamps');
    expect(name(ann)).toMatchObject({ value: 'Lamps', write: { state: 'waiting' } });
    await world.run(500);
    expect(name(ann)).toMatchObject({ value: 'Lamps', by: 'o:ann', write: { state: 'safe' } });
    expect(ann.desk.writeState(digest)).toBe('safe');
    expect(ann.desk.connection.get().unsafe).toBe(0);
  });

  test('Another console sees the write, and who made it', async () => {
    const world = new World(1);
    const [ann, bob] = [await desk(world, 'ann'), await desk(world, 'bob')];
    ann.desk.writeSetting('site:shop', 'name', 'Lamps');
    await world.run(500);
    expect(name(bob)).toMatchObject({ value: 'Lamps', by: 'o:ann', write: null });
  });

  test('What somebody else wrote afterwards takes the place of one’s own', async () => {
    const world = new World(1);
    const [ann, bob] = [await desk(world, 'ann'), await desk(world, 'bob')];
    ann.desk.writeSetting('site:shop', 'name', 'Lamps');
    await world.run(500);
    bob.desk.writeSetting('site:shop', 'name', 'Lights');
    await world.run(500);
    expect(name(ann)).toMatchObject({ value: 'Lights', by: 'o:bob', write: { state: 'safe' } });
  });

  test('A write names every write that it replaces, also own ones that are on their way', async () => {
    const world = new World(1);
    const ann = await desk(world);
    ann.desk.writeSetting('site:shop', 'name', 'First');
    ann.desk.writeSetting('site:shop', 'name', 'Second');
    expect(name(ann)?.value).toBe('Second');
    await world.run(500);
    expect(name(ann)?.value).toBe('Second');
    expect(world.primary.register('site:shop', 'name')?.unreplaced).toHaveLength(1);
    ann.desk.writeSetting('site:shop', 'name', 'Third');
    await world.run(500);
    for (const one of [world.primary, world.redundant])
      expect(one.register('site:shop', 'name')).toMatchObject({ value: '"Third"' });
    expect(world.primary.register('site:shop', 'name')?.unreplaced).toHaveLength(1);
  });

  test('A write survives the death of the deployment that carries', async () => {
    const world = new World(1);
    const ann = await desk(world);
    world.primary.kill();
    ann.desk.writeSetting('site:shop', 'name', 'Lamps');
    await world.run(3_000);
    expect(world.redundant.register('site:shop', 'name')?.value).toBe('"Lamps"');
    expect(name(ann)).toMatchObject({ value: 'Lamps', write: { state: 'accepted' } });
    expect(ann.desk.settings.get().whole).toBe(true);
    world.primary.start();
    await world.run(8_000);
    expect(name(ann)?.write?.state).toBe('safe');
    expect(world.primary.register('site:shop', 'name')?.value).toBe('"Lamps"');
  });

  test('A write that waits survives a reload, still counts, and is no chat', async () => {
    const world = new World(1);
    const ann = await desk(world);
    world.primary.kill();
    world.redundant.kill();
    await world.run(1_000);
    ann.desk.writeSetting('site:shop', 'name', 'Lamps');
    await world.run(100);
    await ann.reload();
    ann.desk.viewSettings(true);
    expect(name(ann)).toMatchObject({ value: 'Lamps', write: { state: 'waiting' } });
    expect(ann.client.chats.get().size).toBe(0);
    world.primary.start();
    world.redundant.start();
    await world.run(60_000);
    expect(world.primary.register('site:shop', 'name')?.value).toBe('"Lamps"');
    expect(name(ann)?.write?.state).toBe('safe');
  });

  test('What is safe leaves no trace in the browser’s storage', async () => {
    const world = new World(1);
    const ann = await desk(world);
    ann.desk.writeSetting('operator:bob', 'password', '$argon2id$secret');
    expect(JSON.stringify([...ann.storage.records.values()])).toContain('argon2id');
    await world.run(1_000);
    expect(JSON.stringify([...ann.storage.records.values()])).not.toContain('argon2id');
  });

  test('A secret is never shown, neither a deployment’s nor one’s own', async () => {
    const world = new World(1);
    const ann = await desk(world);
    ann.desk.writeSetting('operator:bob', 'password', '$argon2id$secret');
    const key = registerKey('operator:bob', 'password');
    expect(ann.desk.settings.get().registers.get(key)?.value).toBe(null);
    await world.run(1_000);
    expect(ann.desk.settings.get().registers.get(key)).toMatchObject({ value: null, by: 'o:ann' });
  });

  test('A refused write says why, and what counted before counts again', async () => {
    const world = new World(1);
    const ann = await desk(world);
    ann.desk.writeSetting('site:shop', 'name', 'Lamps');
    await world.run(500);
    world.primary.moods.refuse = { code: 4315 };
    world.redundant.moods.refuse = { code: 4315 };
    ann.desk.writeSetting('site:shop', 'name', 'Nope');
    await world.run(500);
    expect(name(ann)).toMatchObject({
      value: 'Lamps',
      write: { state: 'refused', why: 'refused 4315' },
    });
  });

  test('A console that does not look at them is told nothing', async () => {
    const world = new World(1);
    const [ann, bob] = [await desk(world, 'ann'), await desk(world, 'bob')];
    bob.desk.viewSettings(false);
    await world.run(100);
    ann.desk.writeSetting('site:shop', 'name', 'Lamps');
    await world.run(500);
    expect(name(bob)).toBe(undefined);
  });
});
