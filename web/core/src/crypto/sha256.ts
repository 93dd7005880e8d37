// SHA-256, FIPS 180-4. Small because every page pays for it; fast enough for what a chat hashes (some 100 MB/s).

import { ROUND_KEYS, START, upperHalf } from './constants.ts';
import { padded } from './padding.ts';

const KEYS = Int32Array.from(ROUND_KEYS.slice(0, 64), upperHalf);
const FIRST = Int32Array.from(START, upperHalf);
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
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
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
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}
