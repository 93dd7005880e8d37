import { expect, test } from 'vitest';
import { ChatSet } from '../src/chat_set.ts';
import { makeContent } from '../src/content.ts';
import { viewOf } from '../src/view.ts';

test('What no data centre took does not say how the visitor can be reached', () => {
  const random = { bytes: (count: number) => new Uint8Array(count) };
  const contact = (id: string, payload: object) =>
    makeContent(
      {
        ...{ site: 'shop', chat: 'chat', author: 'v:vera', id, kind: 'contact', audience: 'chat' },
        ...{ after: [], payload: { ...payload } },
      },
      random,
    );
  const set = new ChatSet('chat', 'chat');
  set.add(contact('1', { email: 'vera@example.com' }), true);
  const refused = set.add(contact('2', { email: 'boss@example.com', identity: 'a.b.c' }), true);
  const shown = () => {
    const parts = { typing: [], told: null, doubled: [], byWallClock: false };
    return viewOf({ set, author: 'v:vera', ...parts }).contact;
  };
  expect(shown().email).toBe('boss@example.com');
  refused.refused = { code: 4322, why: 'identity: expired' };
  set.touch();
  expect(shown()).toEqual({ email: 'vera@example.com' });
});
