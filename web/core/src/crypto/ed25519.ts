// Verifies Ed25519 signatures, after RFC 8032 (§5.1.7, without the cofactor, as OpenSSL does on the other side). Verifying handles nothing
// secret, so it may be short instead of constant in time; some 10 ms each, and verdicts are rare.
import { sha512 } from './sha512.ts';

const P = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = mod(-121_665n * inverse(121_666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** Extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];
const ZERO: Point = [0n, 1n, 1n, 0n];

const BASE = decompress(littleEndian(mod(4n * inverse(5n)))) as Point;

/** False also for keys and signatures that are none. */
export function verifyEd25519(
  signature: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
): boolean {
  if (signature.length !== 64 || key.length !== 32) return false;
  const publicPoint = decompress(key);
  const s = fromLittleEndian(signature.subarray(32));
  if (publicPoint === null || s >= ORDER) return false;
  const hash = new Uint8Array([...signature.subarray(0, 32), ...key, ...message]);
  const h = fromLittleEndian(sha512(hash)) % ORDER;
  const [x, y, z, t] = publicPoint;
  const expected = add(multiply(BASE, s), multiply([mod(-x), y, z, mod(-t)], h));
  return compress(expected).every((byte, i) => byte === signature[i]);
}

function mod(x: bigint): bigint {
  const rest = x % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function inverse(x: bigint): bigint {
  return power(x, P - 2n);
}

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function multiply(point: Point, by: bigint): Point {
  let result = ZERO;
  let double = point;
  for (let rest = by; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, double);
    double = add(double, double);
  }
  return result;
}

function compress([x, y, z]: Point): Uint8Array {
  const perZ = inverse(z);
  const sign = mod(x * perZ) & 1n;
  return littleEndian(mod(y * perZ) | (sign << 255n));
}

// null: no point of the curve, or not in its one canonical form.
function decompress(bytes: Uint8Array): Point | null {
  const all = fromLittleEndian(bytes);
  const sign = all >> 255n;
  const y = all & ((1n << 255n) - 1n);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x) !== square || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = mod(-x);
  return [x, y, 1n, mod(x * y)];
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
  return value;
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}
