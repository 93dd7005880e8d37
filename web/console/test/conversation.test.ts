import { expect, test } from 'vitest';
import { verifiedOf, visitorName } from '../src/conversation.ts';
import { chatOf, me, message } from './chats.ts';

const named = (name: unknown) => visitorName(chatOf('a', { opening: { name } }));

test('A visitor is called by the name that they gave, else by the start of their number', () => {
  expect(named(' Vera ')).toBe('Vera');
  for (const nothing of [undefined, '', '  ', 7, '\u200B\u202E'])
    expect(named(nothing)).toBe('Visitor vera');
});

test('A name cannot turn the words around it', () => {
  expect(named('\u202Edesrever\u2066')).toBe('desrever');
  expect(named('👩\u200D🚀')).toBe('👩\u200D🚀');
});

// ---- whom the site vouches for ----

function tokenOf(claims: object): string {
  return `e30.${btoa(JSON.stringify(claims)).replace(/=/g, '')}.c2ln`;
}

const vera = { sub: 'cust-17', name: 'Vera', email: 'vera@example.com' };

function said(fields: object, more: object = {}) {
  return message({ kind: 'contact', text: '', fields: { ...fields }, ...more });
}

test('Whom the site vouches for is called so, whatever the visitor says afterwards', () => {
  const chat = chatOf('a', {
    messages: [
      said({ ...vera, identity: tokenOf(vera) }),
      said({ name: 'The boss', email: 'boss@example.com', identity: 'none' }),
    ],
    contact: { name: 'The boss', email: 'boss@example.com' },
  });
  expect(verifiedOf(chat)).toEqual(vera);
  expect(visitorName(chat)).toBe('Vera');
});

test('The last token counts', () => {
  const other = { sub: 'cust-18', name: '', email: '' };
  const chat = chatOf('a', {
    messages: [
      said({ ...vera, identity: tokenOf(vera) }),
      said({ identity: tokenOf({ sub: 'cust-18' }) }),
    ],
    contact: { name: 'Somebody' },
  });
  expect(verifiedOf(chat)).toEqual(other);
  expect(visitorName(chat)).toBe('Somebody');
});

test('Nobody is verified by what no data centre took, what is no contact, or what others wrote', () => {
  const fields = { ...vera, identity: tokenOf(vera) };
  for (const more of [
    { state: 'refused' },
    { state: 'waiting' },
    { kind: 'open' },
    { author: me },
    { fields: {} }, // erased
  ])
    expect(verifiedOf(chatOf('a', { messages: [said(fields, more)] }))).toBeNull();
});
