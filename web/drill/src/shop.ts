// A customer's web site with the widget in it: a server of its own, for it is nobody's deployment.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Facts, snippet, TEMPLATE } from '@holdfast/loader';
import { repository } from './paths.ts';

export interface Shop {
  readonly url: string;
  /** Puts the snippet of this site into the page. */
  tell(settings: Facts & { readonly site: string }): void;
  close(): Promise<void>;
}

export async function serveShop(host: string): Promise<Shop> {
  const page = readFileSync(join(repository, 'web/demo-shop/index.html'), 'utf8');
  const template = readFileSync(join(repository, 'web/dist', TEMPLATE), 'utf8');
  let chat = '';
  const server = createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(page.replace('<!--HOLDFAST-->', () => chat));
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
