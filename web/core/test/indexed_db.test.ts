import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { StoredRecord } from '../src/api.ts';
import { loadIdentity } from '../src/browser/identity.ts';
import { IndexedDbStore, removeDatabase } from '../src/browser/indexed_db.ts';
import { loadSession, signOut, startSession } from '../src/browser/session.ts';

const record = (key: string, value: unknown): StoredRecord => ({ key, value });

test('What one tab writes another one hears, and the next page load reads', async () => {
  const first = new IndexedDbStore('holdfast-t1');
  const second = new IndexedDbStore('holdfast-t1');
  await Promise.all([first.load(), second.load()]);
  const heard = new Promise<readonly StoredRecord[]>((resolve) =>
    second.watch((puts) => resolve(puts)),
  );
  await first.write([record('a', 1), record('b', 2)], []);
  expect(await heard).toEqual([record('a', 1), record('b', 2)]);
  await first.write([], ['a']);
  first.close();
  second.close();
  const later = new IndexedDbStore('holdfast-t1');
  expect(await later.load()).toEqual([record('b', 2)]);
  later.close();
});

test('Writing before it is open, or after close, is refused', async () => {
  const store = new IndexedDbStore('holdfast-t2');
  await expect(store.write([record('a', 1)], [])).rejects.toThrow();
  await store.load();
  store.close();
  store.close();
  await expect(store.write([record('a', 1)], [])).rejects.toThrow();
});

test('A removed store is empty, and other tabs do not hold its removal up', async () => {
  const [store, otherTab] = [new IndexedDbStore('holdfast-t3'), new IndexedDbStore('holdfast-t3')];
  await Promise.all([store.load(), otherTab.load()]);
  await store.write([record('a', 1)], []);
  store.close();
  await removeDatabase('holdfast-t3');
  const later = new IndexedDbStore('holdfast-t3');
  expect(await later.load()).toEqual([]);
  later.close();
  otherTab.close();
});

test('A visitor keeps one identity, also when two tabs start at once', async () => {
  const [a, b] = await Promise.all([loadIdentity('shop'), loadIdentity('shop')]);
  const c = await loadIdentity('shop');
  for (const identity of [a, b, c]) expect(identity.type).toBe('key');
  expect(
    new Set([a, b, c].map((identity) => (identity.type === 'key' ? identity.pub : ''))).size,
  ).toBe(1);
  expect(await loadIdentity('other')).not.toMatchObject({ pub: a.type === 'key' ? a.pub : '' });
});

test('A key identity signs so that its public half verifies', async () => {
  const identity = await loadIdentity('shop');
  if (identity.type !== 'key') throw new Error('no key');
  const message = new TextEncoder().encode('hello');
  const signature = await identity.sign(message);
  expect(signature.length).toBe(64);
  const spki = Buffer.from(identity.pub, 'base64url');
  const key = await crypto.subtle.importKey(
    'spki',
    spki,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['verify'],
  );
  expect(
    await crypto.subtle.verify(
      { name: 'ECDSA', hash: 'SHA-256' },
      key,
      Buffer.from(signature),
      message,
    ),
  ).toBe(true);
});

test('An operator’s session outlives a reload, and ends when it expires or is signed out', async () => {
  let asked = '';
  const http = {
    request: ({ body = '' }: { body?: string }) => {
      asked = body;
      return Promise.resolve({
        status: 200,
        body: '{"token":"t.m","author":"o:ann","expires":1000}',
      });
    },
  };
  const session = await startSession(http, ['http://p'], {
    site: 'shop',
    operator: 'ann',
    password: 'pw',
  });
  expect(session).toMatchObject({
    token: 't.m',
    author: 'o:ann',
    pub: (JSON.parse(asked) as { pub: string }).pub,
  });
  expect(await loadSession('shop', 999)).toMatchObject({ token: 't.m', pub: session.pub });
  expect(await loadSession('shop', 1_001)).toBeNull();
  await signOut('shop');
  expect(await loadSession('shop', 999)).toBeNull();
});
