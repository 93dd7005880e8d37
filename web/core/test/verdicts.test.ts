import { expect, test } from 'vitest';
import { b64, utf8 } from '../src/bytes.ts';
import type { SignedVerdict } from '../src/gen/protocol.ts';
import { Verdicts } from '../src/verdicts.ts';
import { ed25519 } from './sim/ed25519.ts';

const secret = new Uint8Array(32).fill(7);
const keys = { m1: b64(ed25519.getPublicKey(secret)) };

function verdict(epoch: unknown, key = 'm1', signer = secret): SignedVerdict {
  const p = JSON.stringify({ epoch, why: 'test', at: 1 });
  return { p, k: key, s: b64(ed25519.sign(utf8(`holdfast:verdict:1\n${p}`), signer)) };
}

test('Without any verdict Primary is active', () => {
  expect(new Verdicts(keys).active).toBe('primary');
});

test('An odd epoch names Primary, an even one Redundant, and the higher one wins', () => {
  const verdicts = new Verdicts(keys);
  expect(verdicts.hear(verdict(2))).toBe(true);
  expect(verdicts.active).toBe('redundant');
  expect(verdicts.hear(verdict(5))).toBe(true);
  expect(verdicts.active).toBe('primary');
});

test('An older or replayed verdict is no news', () => {
  const verdicts = new Verdicts(keys);
  verdicts.hear(verdict(4));
  expect(verdicts.hear(verdict(3))).toBe(false);
  expect(verdicts.hear(verdict(4))).toBe(false);
  expect(verdicts.epoch).toBe(4);
});

test('The planted bug lets an older one win', () => {
  const verdicts = new Verdicts(keys, true);
  verdicts.hear(verdict(4));
  expect(verdicts.hear(verdict(3))).toBe(true);
});

test.each([
  ['of an unknown key', verdict(2, 'm2')],
  ['signed by somebody else', verdict(2, 'm1', new Uint8Array(32).fill(8))],
  ['whose payload was changed', { ...verdict(2), p: '{"epoch":4,"why":"test","at":1}' }],
  ['with a jump', verdict(2_000_000)],
  ['whose epoch is no count', verdict('2')],
  ['that is not JSON', { ...verdict(2), p: 'x' }],
  ['with a broken signature', { ...verdict(2), s: 'AAAA' }],
])('A verdict %s changes nothing', (_name, forged) => {
  const verdicts = new Verdicts(keys);
  expect(verdicts.hear(forged)).toBe(false);
  expect(verdicts.epoch).toBe(1);
});
