import { describe, expect, it } from 'vitest';
import { isEmail } from '../../src/aside/email.ts';

describe('an e-mail address', () => {
  it.each(['ada@example.com', "o'hara+lamps@mail.example.co.uk", 'ada@localhost', 'ü@exämple.de'])(
    'is %s',
    (text) => expect(isEmail(text)).toBe(true),
  );

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@a@b',
    'ada lovelace@example.com',
    'ada@example.com, eve@example.com',
    'ada@.com',
    'ada@example.',
    'ada@exa..mple.com',
    'ada@-example.com',
    'ada@example.com\nBcc: eve@example.com',
    'Ada <ada@example.com>',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(260)}.com`,
    'ada\u0000@example.com',
  ])('is not %j', (text) => expect(isEmail(text)).toBe(false));
});
