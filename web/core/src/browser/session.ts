// An operator's session in this browser: it outlives a reload while every deployment is dead, and ends with signOut().
import type { Http, OperatorSession, SignIn } from '../api.ts';
import { signIn } from '../sign_in.ts';
import { makeKeyPair, publicPart, signer } from './identity.ts';
import { answered, openVault, VAULT_TABLE } from './vault.ts';

interface SessionKey {
  readonly pair: CryptoKeyPair;
  readonly pub: string;
}

interface StoredSession {
  readonly v: 1;
  readonly token: string;
  readonly author: string;
  readonly expires: number;
  /** Absent where the page is no secure context. */
  readonly key?: SessionKey;
}

/** Signs in with a key of this browser where there is WebCrypto, and keeps the session. Rejects as signIn() does. */
export async function startSession(
  http: Http,
  urls: readonly string[],
  who: Omit<SignIn, 'pub'>,
): Promise<OperatorSession> {
  const key = typeof crypto.subtle === 'undefined' ? undefined : await makeSessionKey();
  const signed = await signIn(http, urls, {
    ...who,
    ...(key !== undefined && { pub: key.pub }),
  });
  const stored: StoredSession = { v: 1, ...signed, ...(key !== undefined && { key }) };
  await inVault((table) => table.put(stored, sessionKey(who.site))).catch(() => {}); // blocked: it lasts as long as the page
  return sessionOf(stored);
}

/** The kept session of this site, if it has not expired. Never rejects. */
export async function loadSession(site: string, wallMs: number): Promise<OperatorSession | null> {
  const stored = await inVault((table) => table.get(sessionKey(site))).catch(() => undefined);
  return isStored(stored) && stored.expires > wallMs ? sessionOf(stored) : null;
}

export async function signOut(site: string): Promise<void> {
  await inVault((table) => table.delete(sessionKey(site))).catch(() => {});
}

function sessionKey(site: string): string {
  return `session/${site}`;
}

function isStored(value: unknown): value is StoredSession {
  return typeof value === 'object' && value !== null && (value as StoredSession).v === 1;
}

function sessionOf({ token, author, key }: StoredSession): OperatorSession {
  return {
    type: 'token',
    token,
    author,
    ...(key !== undefined && { pub: key.pub, sign: signer(key.pair) }),
  };
}

async function makeSessionKey(): Promise<SessionKey> {
  const pair = await makeKeyPair();
  return { pair, pub: await publicPart(pair) };
}

async function inVault<T>(work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const vault = await openVault();
  try {
    return await answered(
      work(vault.transaction(VAULT_TABLE, 'readwrite').objectStore(VAULT_TABLE)),
    );
  } finally {
    vault.close();
  }
}
