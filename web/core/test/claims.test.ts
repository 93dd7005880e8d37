import { expect, test } from 'vitest';
import { b64, utf8 } from '../src/bytes.ts';
import { claimsOf } from '../src/claims.ts';

const token = (claims: unknown) => `e30.${b64(utf8(JSON.stringify(claims)))}.c2ln`;

test('A token says who somebody is', () => {
  const said = { sub: 'cust-17', name: 'Véra 👩‍🚀', email: 'vera@example.com' };
  expect(claimsOf(token({ ...said, aud: 'shop', exp: 1 }))).toEqual(said);
  expect(claimsOf(token({ sub: '1' }))).toEqual({ sub: '1', name: '', email: '' });
});

test.each([
  undefined,
  null,
  7,
  '',
  'e30',
  'a.b.c',
  'e30.e30.',
  token(null),
  token([]),
  token({ name: 'Vera' }),
  token({ sub: 7 }),
  token({ sub: '' }),
  token({ sub: '1', name: {} }),
])('%j says nothing', (text) => expect(claimsOf(text)).toBeNull());
