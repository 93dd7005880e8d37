// Event ids. Monotonic inside a client, so that one author's events made in one millisecond keep their order by id.
import type { Clock, Random } from './api.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_DIGITS = 16;

export class Ulids {
  #clock: Clock;
  #random: Random;
  #ms = -1;
  #digits: number[] = [];

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  next(): string {
    const wall = Math.max(0, Math.floor(this.#clock.wall()));
    if (wall > this.#ms) this.#draw(wall);
    else this.#increment();
    return timeDigits(this.#ms) + this.#digits.map((digit) => ALPHABET.charAt(digit)).join('');
  }

  #draw(ms: number): void {
    this.#ms = ms;
    this.#digits = [...this.#random.bytes(RANDOM_DIGITS)].map((byte) => byte & 31);
    this.#digits[0] = (this.#digits[0] ?? 0) & 15; // room to count up
  }

  // A clock that stands still or went back: count on from the last id.
  #increment(): void {
    for (let i = RANDOM_DIGITS - 1; i >= 0; i--) {
      const digit = (this.#digits[i] ?? 0) + 1;
      this.#digits[i] = digit & 31;
      if (digit < 32) return;
    }
    this.#draw(this.#ms + 1);
  }
}

function timeDigits(ms: number): string {
  let text = '';
  let rest = ms;
  for (let i = 0; i < 10; i++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** The time that a ULID claims, in wall ms. */
export function ulidTime(id: string): number {
  let ms = 0;
  for (const letter of id.slice(0, 10)) ms = ms * 32 + Math.max(0, ALPHABET.indexOf(letter));
  return ms;
}
