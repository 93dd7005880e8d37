// Who the visitor is in this browser. With WebCrypto and IndexedDB: a key that cannot leave the browser. Where a page is no secure context,
// a secret; where nothing can be stored, one that lasts as long as the page.
import type { Identity } from '../api.ts';
import { b64, unb64 } from '../bytes.ts';
import { answered, openVault, VAULT_TABLE } from './vault.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

interface StoredKey {
  readonly v: 1;
  readonly type: 'key';
  readonly pair: CryptoKeyPair;
}

interface StoredSecret {
  readonly v: 1;
  readonly type: 'secret';
  readonly secret: string;
}

type StoredIdentity = StoredKey | StoredSecret;

/** The visitor's identity for this site, made at the first visit. Never rejects. */
export async function loadIdentity(site: string): Promise<Identity> {
  try {
    const vault = await openVault();
    try {
      return await keptIdentity(vault, vaultKey(site));
    } finally {
      vault.close();
    }
  } catch {
    return secretInPage(site);
  }
}

/** At the next visit the visitor is somebody new. Never rejects. */
export async function forgetIdentity(site: string): Promise<void> {
  try {
    localStorage.removeItem(secretName(site));
    const vault = await openVault();
    const table = vault.transaction(VAULT_TABLE, 'readwrite').objectStore(VAULT_TABLE);
    await answered(table.delete(vaultKey(site)));
    vault.close();
  } catch {
    // Storage is blocked: there was nothing to forget.
  }
}

function vaultKey(site: string): string {
  return `visitor/${site}`;
}

function secretName(site: string): string {
  return `holdfast-visitor-${site}`;
}

async function keptIdentity(vault: IDBDatabase, key: string): Promise<Identity> {
  const known = await stored(vault.transaction(VAULT_TABLE).objectStore(VAULT_TABLE), key);
  return identityOf(known ?? (await keepFirst(vault, key, await makeIdentity())));
}

// Read again and write in one transaction: two tabs that start at once agree on one identity.
async function keepFirst(
  vault: IDBDatabase,
  key: string,
  fresh: StoredIdentity,
): Promise<StoredIdentity> {
  const table = vault
    .transaction(VAULT_TABLE, 'readwrite', { durability: 'strict' })
    .objectStore(VAULT_TABLE);
  const known = await stored(table, key);
  if (known !== undefined) return known;
  await answered(table.put(fresh, key));
  return fresh;
}

async function stored(table: IDBObjectStore, key: string): Promise<StoredIdentity | undefined> {
  return (await answered(table.get(key))) as StoredIdentity | undefined;
}

async function makeIdentity(): Promise<StoredIdentity> {
  if (typeof crypto.subtle === 'undefined') return { v: 1, type: 'secret', secret: newSecret() };
  return { v: 1, type: 'key', pair: await makeKeyPair() };
}

async function identityOf(stored: StoredIdentity): Promise<Identity> {
  if (stored.type === 'secret') return { type: 'secret', secret: stored.secret };
  return { type: 'key', pub: await publicPart(stored.pair), sign: signer(stored.pair) };
}

export function makeKeyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
}

export async function publicPart(pair: CryptoKeyPair): Promise<string> {
  return b64(new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)));
}

export function signer(pair: CryptoKeyPair): (message: Uint8Array) => Promise<Uint8Array> {
  return async (message) =>
    new Uint8Array(await crypto.subtle.sign(SIGNING, pair.privateKey, new Uint8Array(message)));
}

function newSecret(): string {
  return b64(crypto.getRandomValues(new Uint8Array(32)));
}

// IndexedDB is blocked: perhaps the simpler storage is not.
function secretInPage(site: string): Identity {
  const name = secretName(site);
  try {
    const known = localStorage.getItem(name);
    if (known !== null && unb64(known)?.length === 32) return { type: 'secret', secret: known };
    const secret = newSecret();
    localStorage.setItem(name, secret);
    return { type: 'secret', secret };
  } catch {
    return { type: 'secret', secret: newSecret() };
  }
}
