// Bytes and the two text forms of them that the protocol uses. docs/protocol.md, head.
import { sha256 } from './crypto/sha256.ts';

// The three things of the platform that are used here: every browser and Node has them, ECMAScript itself does not.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare function btoa(latin1: string): string;
declare function atob(text: string): string;
const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** base64url without padding. */
export function b64(bytes: Uint8Array): string {
  const latin1 = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(latin1).replace(/[+/=]/g, (letter) => ({ '+': '-', '/': '_' })[letter] ?? '');
}

/** The bytes, or null when the text is not the canonical form of any. */
export function unb64(text: string): Uint8Array | null {
  try {
    const latin1 = atob(text.replace(/[-_]/g, (letter) => (letter === '-' ? '+' : '/')));
    const bytes = Uint8Array.from(latin1, (letter) => letter.charCodeAt(0));
    return b64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

/** H(x) of the protocol: base64url of SHA-256. */
export function hash(text: string): string {
  return b64(sha256(utf8(text)));
}

/** Length in UTF-8. */
export function utf8Length(text: string): number {
  return utf8(text).length;
}

/** Text order of the protocol: by UTF-8 bytes. For the ASCII names that it compares this is the order of code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
