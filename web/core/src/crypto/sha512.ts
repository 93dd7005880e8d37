// SHA-512, FIPS 180-4, on BigInt: slow and short. It hashes a verdict now and then.
import { ROUND_KEYS, START } from './constants.ts';
import { padded } from './padding.ts';

type State = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

export function sha512(message: Uint8Array): Uint8Array {
  let state = [...START] as State;
  const view = padded(message, 128);
  for (let at = 0; at < view.byteLength; at += 128) state = compress(state, expand(view, at));
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => void out.setBigUint64(i * 8, word));
  return new Uint8Array(out.buffer);
}

function word(x: bigint): bigint {
  return BigInt.asUintN(64, x);
}

function rotate(x: bigint, by: bigint): bigint {
  return word((x >> by) | (x << (64n - by)));
}

function expand(view: DataView, at: number): bigint[] {
  const words: bigint[] = [];
  for (let i = 0; i < 16; i++) words.push(view.getBigUint64(at + i * 8));
  const of = (i: number) => words[i] as bigint;
  for (let i = 16; i < 80; i++) {
    const low = rotate(of(i - 15), 1n) ^ rotate(of(i - 15), 8n) ^ (of(i - 15) >> 7n);
    const high = rotate(of(i - 2), 19n) ^ rotate(of(i - 2), 61n) ^ (of(i - 2) >> 6n);
    words.push(word(of(i - 16) + low + of(i - 7) + high));
  }
  return words;
}

function compress(state: State, words: readonly bigint[]): State {
  let [a, b, c, d, e, f, g, h] = state;
  for (const [i, one] of words.entries()) {
    const high = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
    const first = h + high + ((e & f) ^ (word(~e) & g)) + (ROUND_KEYS[i] as bigint) + one;
    const low = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
    const second = low + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [word(first + second), a, b, c, word(d + first), e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((one, i) => word(one + (state[i] as bigint))) as State;
}
