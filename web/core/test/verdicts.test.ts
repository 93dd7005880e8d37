import { expect, test, vi } from 'vitest';
import { verifyWithWebCrypto } from '../src/browser/index.ts';
import { b64, utf8 } from '../src/bytes.ts';
import { verifyEd25519 } from '../src/crypto/ed25519.ts';
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
  expect(new Verdicts(keys, verifyEd25519).active).toBe('primary');
});

test('An odd epoch names Primary, an even one Redundant, and the higher one wins', () => {
  const verdicts = new Verdicts(keys, verifyEd25519);
  expect(verdicts.hear(verdict(2))).toBe(true);
  expect(verdicts.active).toBe('redundant');
  expect(verdicts.hear(verdict(5))).toBe(true);
  expect(verdicts.active).toBe('primary');
});

test('An older or replayed verdict is no news', () => {
  const verdicts = new Verdicts(keys, verifyEd25519);
  verdicts.hear(verdict(4));
  expect(verdicts.hear(verdict(3))).toBe(false);
  expect(verdicts.hear(verdict(4))).toBe(false);
  expect(verdicts.epoch).toBe(4);
});

test('The planted bug lets an older one win', () => {
  const verdicts = new Verdicts(keys, verifyEd25519, true);
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
  const verdicts = new Verdicts(keys, verifyEd25519);
  expect(verdicts.hear(forged)).toBe(false);
  expect(verdicts.epoch).toBe(1);
});

test('With signatures that take their time the highest epoch wins, whichever is verified first', async () => {
  const pending: (() => void)[] = [];
  const verdicts = new Verdicts(
    keys,
    (...signed) => new Promise((resolve) => pending.push(() => resolve(verifyEd25519(...signed)))),
  );
  const heard = [verdicts.hear(verdict(2)), verdicts.hear(verdict(5)), verdicts.hear(verdict(4))];
  expect(verdicts.epoch).toBe(1);
  for (const at of [1, 0, 2]) {
    pending[at]?.();
    await heard[at];
  }
  expect(await Promise.all(heard)).toEqual([false, true, false]);
  expect(verdicts.epoch).toBe(5);
});

test('WebCrypto takes what our own check takes, and nothing else', async () => {
  const message = utf8('holdfast:verdict:1\n{}');
  const signature = ed25519.sign(message, secret);
  const key = ed25519.getPublicKey(secret);
  expect(await verifyWithWebCrypto(signature, message, key)).toBe(true);
  expect(await verifyWithWebCrypto(signature, utf8('other'), key)).toBe(false);
  expect(await verifyWithWebCrypto(signature, message, new Uint8Array(31))).toBe(false);
});

test('A browser that cannot check signatures obeys no verdict', async () => {
  vi.stubGlobal('crypto', {});
  const verdicts = new Verdicts(keys, verifyWithWebCrypto);
  expect(await verdicts.hear(verdict(2))).toBe(false);
  expect(verdicts.active).toBe('primary');
  vi.unstubAllGlobals();
});
