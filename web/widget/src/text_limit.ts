// How much fits into one message, and what a person is told near the end of it.

export const CHARS_MAX = 4_000; // the protocol's textCharsMax
const SAID_FROM = 400;

/** Characters as the core counts them: an emoji outside the first plane is one. */
export function charsLeft(text: string): number {
  return CHARS_MAX - (text.length > CHARS_MAX - SAID_FROM ? [...text].length : text.length);
}

/** '' while there is plenty of room. */
export function limitWords(left: number): string {
  if (left > SAID_FROM) return '';
  const characters = Math.abs(left) === 1 ? 'character' : 'characters';
  return left < 0 ? `${-left} ${characters} too many` : `${left} ${characters} left`;
}

/** Characters that nobody can see and no node takes: they come along with pasted text. Halves of characters too. */
export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, '');
}
