// A customer's own pages with the snippet in them: any HTML, any headers, on an origin that the site allows.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Facts, type Snippet, snippet, TEMPLATE } from '@holdfast/loader';
import type { Installation } from '../src/installation/installation.ts';
import { programs, repository } from '../src/paths.ts';

const run = promisify(execFile);
const template = readFileSync(join(repository, 'web/dist', TEMPLATE), 'utf8');

export interface SitePages {
  readonly origin: string;
  /** The snippet of the installation's site; with other facts where asked for. */
  snippet(other?: Partial<Facts>, site?: string): Snippet;
  /** From now on this stands at `/`. */
  put(html: string, headers?: Readonly<Record<string, string>>): void;
  close(): void;
}

export async function servePages(installation: Installation): Promise<SitePages> {
  let page = { html: '', headers: {} };
  const server = createServer((request, response) => {
    if (request.url !== '/') return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...page.headers,
    });
    response.end(page.html);
  });
  const origin = `http://127.0.9.2:${await listen(server, '127.0.9.2')}`;
  await run(join(programs, 'holdfast'), [
    ...['site', 'origins', installation.site, installation.origin, origin],
    ...['--config', join(installation.dir, 'installation/primary.toml')],
  ]);
  return {
    origin,
    snippet(other = {}, site = installation.site) {
      const { urls, moderatorUrls, moderatorKeys } = installation;
      const facts = { deployments: urls, moderators: moderatorUrls, moderatorKeys, ...other };
      return snippet(template, site, facts);
    },
    put(html, headers = {}) {
      page = { html: documentOf(html), headers };
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function documentOf(body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A page</title></head>
<body><main><h1>A page</h1></main>
${body}
</body>
</html>`;
}

export async function listen(
  server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown },
  host: string,
  port = 0,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return (server.address() as AddressInfo).port;
}
