import { describe, expect, test } from 'vitest';
import { type Asked, refusalOf } from '../../src/panel/gate.ts';
import { readOrder } from '../../src/panel/orders.ts';

const port = 8440;
const own = `http://127.0.0.1:${port}`;
const post: Asked = {
  method: 'POST',
  host: `127.0.0.1:${port}`,
  origin: own,
  contentType: 'application/json',
};
const get: Asked = { ...post, method: 'GET', origin: undefined, contentType: undefined };

describe('the gate', () => {
  test('lets the page in', () => {
    expect(refusalOf(post, port)).toBeNull();
    expect(refusalOf(get, port)).toBeNull();
  });

  test.each([
    ['a name that was made to point here', { host: `evil.example:${port}` }, /^Host: /],
    ['a name that begins like ours', { host: `127.0.0.1.evil.example:${port}` }, /^Host: /],
    ['another port', { host: '127.0.0.1:80' }, /^Host: /],
    ['another name of this machine', { host: `localhost:${port}` }, /^Host: /],
    ['no name at all', { host: undefined }, /^Host: /],
    ['another site in the same browser', { origin: 'https://evil.example' }, /^Origin: /],
    ['this machine under another name', { origin: `http://localhost:${port}` }, /^Origin: /],
    ['a page without an origin', { origin: 'null' }, /^Origin: /],
    ['an order without a sender', { origin: undefined }, /^Origin: /],
    ['what a form can send', { contentType: 'text/plain' }, /^Content-Type: /],
    ['another method', { method: 'PUT' }, /^method: /],
  ] as const)('turns away %s', (_, change, why) => {
    expect(refusalOf({ ...post, ...change }, port)).toMatch(why);
  });

  test('does not let others read either: the password stands in what the page is told', () => {
    expect(refusalOf({ ...get, host: `evil.example:${port}` }, port)).toMatch(/^Host: /);
    expect(refusalOf({ ...get, origin: 'https://evil.example' }, port)).toMatch(/^Origin: /);
  });
});

describe('an order', () => {
  test('names what is to be done, and where', () => {
    expect(readOrder('{"what":"kill","where":"primary"}')).toEqual({
      what: 'kill',
      where: 'primary',
    });
  });

  test.each([
    ['', 'body: no JSON'],
    ['null', 'body: must be an object'],
    ['[]', /^what: /],
    ['{"what":"__proto__","where":"primary"}', /^what: one of kill, /],
    ['{"what":"kill"}', 'where: primary or redundant'],
    ['{"what":"kill","where":"moderator"}', 'where: primary or redundant'],
  ])('%s is answered with the name of the field', (text, why) => {
    expect(readOrder(text)).toMatch(why);
  });
});
