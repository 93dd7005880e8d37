// SHA-256, FIPS 180-4. Small because every page pays for it; fast enough for what a chat hashes (some 100 MB/s).

import { padded } from './padding.ts';

// Computed, because random-looking numbers are the one part of a hash that no compression makes smaller. 32 bits after the point, of
// numbers below 18: a double has 16 bits to spare.
const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const KEYS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const FIRST = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const words = new Int32Array(64);

export function sha256(message: Uint8Array): Uint8Array {
  const state = FIRST.slice();
  const view = padded(message, 64);
  for (let at = 0; at < view.byteLength; at += 64) {
    expand(view, at);
    compress(state);
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => void out.setInt32(i * 4, word));
  return new Uint8Array(out.buffer);
}

function fraction(root: number): number {
  return ((root % 1) * 2 ** 32) | 0;
}

function rotate(x: number, by: number): number {
  return (x >>> by) | (x << (32 - by));
}

function expand(view: DataView, at: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < 64; i++) {
    const a = words[i - 15] as number;
    const b = words[i - 2] as number;
    const low = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const high = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[i] = (words[i - 16] as number) + low + (words[i - 7] as number) + high;
  }
}

function compress(state: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const high = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first =
      (h + high + ((e & f) ^ (~e & g)) + (KEYS[i] as number) + (words[i] as number)) | 0;
    const low = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state.set([a, b, c, d, e, f, g, h].map((word, i) => word + (state[i] as number)));
}
