// The constants of SHA-2: fractional parts of roots of the first primes. Computed, because 80 random-looking numbers are the one part of a
// hash that no compression makes smaller.
const PRIMES = firstPrimes(80);
const WORD = (1n << 64n) - 1n;

/** 64 bits each, of the cube roots. SHA-256 takes the upper halves of the first 64. */
export const ROUND_KEYS: readonly bigint[] = PRIMES.map((prime) => root(prime << 192n, 3n) & WORD);
/** 64 bits each, of the square roots. SHA-256 takes the upper halves. */
export const START: readonly bigint[] = PRIMES.slice(0, 8).map(
  (prime) => root(prime << 128n, 2n) & WORD,
);

export function upperHalf(word: bigint): number {
  return Number(word >> 32n);
}

function firstPrimes(count: number): bigint[] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < count; n++)
    if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes;
}

// The largest x with x^degree <= n, by bisection.
function root(n: bigint, degree: bigint): bigint {
  let x = 0n;
  for (let bit = 1n << 72n; bit > 0n; bit >>= 1n) if ((x + bit) ** degree <= n) x += bit;
  return x;
}
