import { expect, test } from 'vitest';
import {
  colourProblem,
  emailsProblem,
  isEmail,
  linesIn,
  nameProblem,
  operatorIdProblem,
  originProblem,
  originsProblem,
  passwordProblem,
  retentionProblem,
  textProblem,
  webhookUrlProblem,
  zoneProblem,
} from '../src/settings/checks.ts';

test('An origin is written exactly as browsers send it', () => {
  for (const good of ['https://shop.example', 'http://127.0.0.1:8080', 'https://[::1]:8443'])
    expect(originProblem(good)).toBe('');
  for (const [bad, why] of [
    ['shop.example', 'begins with https://'],
    ['https://shop.example/', 'browsers send https://shop.example'],
    ['https://shop.example:443', 'browsers send https://shop.example'],
    ['https://Shop.example', 'browsers send https://shop.example'],
    ['https://shop.example/path?x', 'browsers send https://shop.example'],
    ['https://*.shop.example', 'without *'],
    ['https://', 'no web address'],
    ['javascript:alert(1)', 'begins with https://'],
  ] as const)
    expect(originProblem(bad)).toContain(why);
});

test('A list names the line that is wrong, and one that stands there twice', () => {
  expect(originsProblem('https://a.example\n\n  https://b.example ')).toBe('');
  expect(originsProblem('https://a.example\nb')).toMatch(/^Line 2: /);
  expect(originsProblem('https://a.example\nhttps://a.example')).toContain(
    'Line 2: it stands there twice',
  );
  expect(emailsProblem('team@shop.example\nteam')).toContain('Line 2: this is no e-mail address');
  expect(linesIn(' a \n\n b')).toEqual(['a', 'b']);
});

test('An e-mail address is one, also in other scripts, and nothing that could be two', () => {
  for (const good of ['a@b', 'vera.l@shop.example', 'jörg@bücher.example'])
    expect(isEmail(good)).toBe(true);
  for (const bad of [
    '',
    '@b',
    'a@',
    'a b@c',
    'a@b@c',
    'a@b,c@d',
    'a@b..c',
    'a@.b',
    'a@b\n',
    'a<b@c',
  ])
    expect(isEmail(bad)).toBe(false);
});

test('A name is one line that says something', () => {
  expect(nameProblem('Harbour Lamps')).toBe('');
  expect(nameProblem('x'.repeat(100))).toBe('');
  for (const bad of ['', '  ', 'a\nb', 'a\u0007', 'x'.repeat(101)])
    expect(nameProblem(bad)).not.toBe('');
});

test('A text may have lines and emoji, and no control characters', () => {
  expect(textProblem('Hello\n👋🏽')).toBe('');
  expect(textProblem('👋'.repeat(2_000))).toBe('');
  for (const bad of ['\u0000', 'x'.repeat(2_001)]) expect(textProblem(bad)).not.toBe('');
});

test('Colour, time zone and days are what they say', () => {
  expect(colourProblem('#1B5cce')).toBe('');
  for (const bad of ['1b5cce', '#1b5', 'red', '#1b5ccg']) expect(colourProblem(bad)).not.toBe('');
  expect(zoneProblem('Europe/Berlin')).toBe('');
  for (const bad of ['', 'Berlin', '+02:00', 'Europe/Nowhere'])
    expect(zoneProblem(bad)).not.toBe('');
  for (const good of ['0', '30', '36500']) expect(retentionProblem(good)).toBe('');
  for (const bad of ['', '-1', '1.5', '1e3', '36501', 'ten'])
    expect(retentionProblem(bad)).not.toBe('');
});

test('A webhook goes to https, or to this machine', () => {
  for (const good of [
    'https://example.org/hook?a=1',
    'http://localhost:9000/',
    'http://127.0.0.1/x',
  ])
    expect(webhookUrlProblem(good)).toBe('');
  for (const bad of [
    '',
    'example.org',
    'http://example.org',
    'https://a:b@example.org',
    'https://example.org/#x',
    `https://example.org/${'x'.repeat(1_000)}`,
  ])
    expect(webhookUrlProblem(bad)).not.toBe('');
});

test('An operator’s name for signing in is simple and new, a password is long enough', () => {
  expect(operatorIdProblem('anna-2', new Set(['anna']))).toBe('');
  for (const bad of ['', 'Anna', '-a', 'a b', 'x'.repeat(33), 'anna'])
    expect(operatorIdProblem(bad, new Set(['anna']))).not.toBe('');
  expect(passwordProblem('correct horse')).toBe('');
  for (const bad of ['', 'short', 'x'.repeat(201)]) expect(passwordProblem(bad)).not.toBe('');
});
