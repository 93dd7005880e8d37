// Our hashes and the check of signatures against another implementation and the standards' examples.
import * as ed25519 from '@noble/ed25519';
import * as noble from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../src/bytes.ts';
import { verifyEd25519 } from '../src/crypto/ed25519.ts';
import { sha256 } from '../src/crypto/sha256.ts';
import { sha512 } from '../src/crypto/sha512.ts';
import { Dice } from './sim/dice.ts';

ed25519.hashes.sha512 = noble.sha512;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

describe('SHA-2', () => {
  test('FIPS 180-4 examples', () => {
    expect(hex(sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(hex(sha256(utf8('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')))).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
    expect(hex(sha512(utf8('abc'))).slice(0, 32)).toBe('ddaf35a193617abacc417349ae204131');
  });

  test('agrees with another implementation for every length up to three blocks, and for long ones', () => {
    const dice = new Dice(4);
    for (const length of [...Array(400).keys(), 10_000, 65_537]) {
      const message = dice.bytes(length);
      expect(hex(sha256(message)), `${length}`).toBe(hex(noble.sha256(message)));
      if (length <= 400) expect(hex(sha512(message)), `${length}`).toBe(hex(noble.sha512(message)));
    }
  });
});

describe('Ed25519', () => {
  // RFC 8032, §7.1, tests 1 to 3
  test.each([
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('RFC 8032: %s', (key, message, signature) => {
    expect(verifyEd25519(bytes(signature), bytes(message), bytes(key))).toBe(true);
  });

  test('takes what another implementation signed, and nothing that was changed in one bit', () => {
    const dice = new Dice(5);
    for (let i = 0; i < 20; i++) {
      const secret = dice.bytes(32);
      const key = ed25519.getPublicKey(secret);
      const message = dice.bytes(dice.below(200));
      const signature = ed25519.sign(message, secret);
      expect(verifyEd25519(signature, message, key)).toBe(true);
      const changed = signature.slice();
      const at = dice.below(64);
      changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8));
      expect(verifyEd25519(changed, message, key)).toBe(false);
      expect(verifyEd25519(signature, Uint8Array.of(...message, 0), key)).toBe(false);
      expect(verifyEd25519(signature, message, ed25519.getPublicKey(dice.bytes(32)))).toBe(false);
    }
  });

  test('refuses a signature whose scalar was raised by the order: there is one form only', () => {
    const secret = new Uint8Array(32).fill(1);
    const message = utf8('x');
    const signature = ed25519.sign(message, secret);
    const order = (1n << 252n) + 27742317777372353535851937790883648493n;
    let s = order;
    for (let i = 31; i >= 0; i--) s += BigInt(signature[32 + i] ?? 0) << BigInt(8 * i);
    const raised = signature.slice();
    for (let i = 0; i < 32; i++) raised[32 + i] = Number((s >> BigInt(8 * i)) & 255n);
    expect(verifyEd25519(raised, message, ed25519.getPublicKey(secret))).toBe(false);
  });

  test.each([
    ['no point', `${'ff'.repeat(31)}7f`],
    ['off the curve', `02${'00'.repeat(31)}`],
    ['too short', '00'],
  ])('refuses a key that is %s', (_name, key) => {
    expect(verifyEd25519(new Uint8Array(64), utf8('x'), bytes(key))).toBe(false);
  });
});
