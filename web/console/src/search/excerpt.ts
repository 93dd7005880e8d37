// The part of a text in which what was looked for stands, and where it stands in it.
import { folded } from '../folded.ts';

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

const BEFORE = 40;
const LENGTH = 130;

/** Words are matched from their beginning, without regard to case and accents, as the nodes do it. */
export function pieces(text: string, wanted: string): Piece[] {
  const words = folded(wanted).split(/\s+/).filter(Boolean);
  const cut = around(text.replaceAll(/\s+/g, ' '), words);
  const all: Piece[] = [];
  const add = (part: string, marked: boolean) => {
    const last = all.at(-1);
    if (part === '') return;
    if (last?.marked === marked) all[all.length - 1] = { text: last.text + part, marked };
    else all.push({ text: part, marked });
  };
  for (const part of cut.split(/([\p{L}\p{N}\p{M}]+)/u)) {
    const end = matchEnd(part, words);
    add(part.slice(0, end), end > 0);
    add(part.slice(end), false);
  }
  return all;
}

function around(text: string, words: readonly string[]): string {
  const at = firstMatch(text, words);
  const from = at <= BEFORE ? 0 : text.indexOf(' ', at - BEFORE) + 1;
  const to = from + LENGTH;
  // Never through the middle of a character.
  const part = text.slice(from, to).replace(/[\uD800-\uDBFF]$/, '');
  return `${from > 0 ? '… ' : ''}${part}${to < text.length ? ' …' : ''}`;
}

function firstMatch(text: string, words: readonly string[]): number {
  for (const { 0: part, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu))
    if (matchEnd(part, words) > 0) return index;
  return 0;
}

/** How much of this word is the beginning of one that was looked for; 0 when it is none. */
function matchEnd(part: string, words: readonly string[]): number {
  const begins = words.filter((word) => folded(part).startsWith(word));
  const longest = Math.max(0, ...begins.map(({ length }) => length));
  if (longest === 0) return 0;
  let end = 0;
  for (const char of part) {
    // A mark that stands over the last letter belongs to it.
    if (folded(part.slice(0, end)).length >= longest && folded(char) !== '') break;
    end += char.length;
  }
  return end;
}
