// A customer's web site with the widget in it: a server of its own, for it is nobody's deployment.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Facts, snippet, TEMPLATE } from '@holdfast/loader';
import { repository } from './paths.ts';
import { readShop } from './shop_pages.ts';

export interface Shop {
  readonly url: string;
  /** Puts the snippet of this site into every page. */
  tell(settings: Facts & { readonly site: string }): void;
  close(): Promise<void>;
}

export async function serveShop(host: string): Promise<Shop> {
  const pages = readShop(join(repository, 'web/demo-shop'));
  const template = readFileSync(join(repository, 'web/dist', TEMPLATE), 'utf8');
  let chat = '';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    const page = pages.get(pathname);
    if (!page) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such page\n');
      return;
    }
    response.writeHead(200, { 'content-type': page.type, 'cache-control': 'no-store' });
    response.end(page.body.replace('<!--HOLDFAST-->', () => chat));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    tell(settings) {
      chat = snippet(template, settings.site, settings).html;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
