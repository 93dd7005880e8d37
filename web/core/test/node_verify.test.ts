import { expect, test } from 'vitest';
import { utf8 } from '../src/bytes.ts';
import { verifyEd25519 } from '../src/crypto/ed25519.ts';
import { nodeVerify } from '../src/node/index.ts';
import { ed25519 } from './sim/ed25519.ts';

const secret = new Uint8Array(32).fill(7);
const key = ed25519.getPublicKey(secret);
const message = utf8('an epoch');
const signature = ed25519.sign(message, secret);
const altered = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte));

test.each([
  ['genuine', true, signature, message, key],
  ['of another message', false, signature, altered(message), key],
  ['altered', false, altered(signature), message, key],
  ['of another key', false, signature, message, ed25519.getPublicKey(new Uint8Array(32).fill(8))],
  ['under a key that is no point', false, signature, message, new Uint8Array(32).fill(2)],
  ['too short', false, signature.subarray(1), message, key],
  ['under a key that is too short', false, signature, message, key.subarray(1)],
])('A signature that is %s: Node and the page agree', (_name, good, signed, said, by) => {
  expect(nodeVerify(signed, said, by)).toBe(good);
  expect(verifyEd25519(signed, said, by)).toBe(good);
});
