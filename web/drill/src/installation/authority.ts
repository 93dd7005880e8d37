// A certificate authority for a drill, and what it vouches for: certificates for every address of the installation, as short-lived as one likes.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export class Authority {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Of this folder; made when the folder has none. Whoever is to trust it needs `file` before its process starts (NODE_EXTRA_CA_CERTS). */
  static async in(dir: string): Promise<Authority> {
    mkdirSync(dir, { recursive: true });
    const authority = new Authority(dir);
    if (!existsSync(authority.file)) await authority.#make();
    return authority;
  }

  get file(): string {
    return join(this.#dir, 'authority.pem');
  }

  async issue(name: string, addresses: readonly string[], until: Date): Promise<Certificate> {
    const at = (what: string) => join(this.#dir, `${name}.${what}`);
    const [key, asked, certificate] = [at('key'), at('csr'), at('pem')];
    await run('openssl', [
      'req',
      '-new',
      ...freshKey,
      '-subj',
      `/CN=${name}`,
      '-keyout',
      key,
      '-out',
      asked,
    ]);
    const names = addresses.map((address) => `IP:${address}`).join(',');
    writeFileSync(at('cnf'), `[v3]\nsubjectAltName = ${names}\n`);
    writeFileSync(join(this.#dir, 'index.txt'), '');
    await run('openssl', [
      ...['ca', '-batch', '-notext', '-config', join(this.#dir, 'ca.cnf'), '-cert', this.file],
      ...['-keyfile', join(this.#dir, 'authority.key'), '-in', asked, '-out', certificate],
      ...['-startdate', stamp(new Date(Date.now() - 3_600_000)), '-enddate', stamp(until)],
      ...['-extfile', at('cnf'), '-extensions', 'v3'],
    ]);
    return { certificate, key };
  }

  async #make(): Promise<void> {
    writeFileSync(
      join(this.#dir, 'ca.cnf'),
      `[ca]\ndefault_ca = it\n[it]\nnew_certs_dir = ${this.#dir}\ndatabase = ${this.#dir}/index.txt\nrand_serial = yes\ndefault_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n`,
    );
    await run('openssl', [
      ...['req', '-x509', ...freshKey, '-subj', '/CN=holdfast drill', '-days', '30'],
      ...['-keyout', join(this.#dir, 'authority.key'), '-out', this.file],
    ]);
  }
}

const freshKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** 20261130120000Z */
function stamp(at: Date): string {
  return `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
