// What a token says with which a site's own server vouches for a visitor: docs/protocol.md §7. Nothing is verified here. A node has done so
// when it accepted the event that carries the token; no key ever reaches a browser.
import { unb64 } from './bytes.ts';

declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

export interface Claims {
  /** The site's own id of the person. */
  readonly sub: string;
  /** '' where the token says nothing of it. */
  readonly name: string;
  readonly email: string;
}

/** null for what is no token, or names nobody. */
export function claimsOf(token: unknown): Claims | null {
  try {
    const payload = unb64(String(token).split('.')[1] ?? '');
    const claims = JSON.parse(new TextDecoder().decode(payload as Uint8Array));
    const [sub, name, email] = [claims.sub, claims.name ?? '', claims.email ?? ''];
    const texts = [sub, name, email].every((text) => typeof text === 'string');
    return texts && sub !== '' ? { sub, name, email } : null;
  } catch {
    return null;
  }
}
