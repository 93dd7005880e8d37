// The constants of SHA-512: fractional parts of roots of the first primes, 64 bits of each.
const PRIMES = firstPrimes(80);
const WORD = (1n << 64n) - 1n;

/** Of the cube roots. */
export const ROUND_KEYS: readonly bigint[] = PRIMES.map((prime) => root(prime << 192n, 3n) & WORD);
/** Of the square roots. */
export const START: readonly bigint[] = PRIMES.slice(0, 8).map(
  (prime) => root(prime << 128n, 2n) & WORD,
);

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
