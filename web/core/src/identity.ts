// Who this client is, and how it proves that to a node. docs/protocol.md §§1, 7.
import type { Credentials, Identity } from './api.ts';
import { b64, hash, utf8 } from './bytes.ts';
import type { Auth, NodeFrameOf } from './gen/protocol.ts';

/** The author name that follows from the visitor's proof: nobody registers a visitor. */
export function visitorAuthor(site: string, identity: Identity): string {
  const proof = identity.type === 'secret' ? identity.secret : identity.pub;
  return `v:${hash(`holdfast:visitor:1\n${site}\n${proof}`).slice(0, 22)}`;
}

export function authorOf(site: string, credentials: Credentials): string {
  return credentials.type === 'token' ? credentials.author : visitorAuthor(site, credentials);
}

/** A promise only where something is signed. */
export function authFor(
  credentials: Credentials,
  challenge: NodeFrameOf<'challenge'>,
  url: string,
): Auth | Promise<Auth> {
  if (credentials.type === 'secret') return { type: 'secret', secret: credentials.secret };
  if (credentials.type === 'key') return signedKey(credentials, challenge, url);
  const { token, pub, sign } = credentials;
  if (pub === undefined || sign === undefined) return { type: 'token', token };
  return sign(helloMessage(challenge.nonce, url)).then((sig) => ({
    type: 'token',
    token,
    pub,
    sig: b64(sig),
  }));
}

async function signedKey(
  key: Extract<Identity, { type: 'key' }>,
  challenge: NodeFrameOf<'challenge'>,
  url: string,
): Promise<Auth> {
  return {
    type: 'key',
    pub: key.pub,
    sig: b64(await key.sign(helloMessage(challenge.nonce, url))),
  };
}

// The host name is signed too: what a lapsed domain collects works nowhere else.
function helloMessage(nonce: string, url: string): Uint8Array {
  return utf8(`holdfast:hello:1\n${nonce}\n${hostOf(url)}`);
}

/** Host without port, as in the URL. */
export function hostOf(url: string): string {
  return /^[a-z]+:\/\/(\[[^\]]*\]|[^/:?#]+)/i.exec(url)?.[1] ?? '';
}
