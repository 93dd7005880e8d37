// A customer's web site with the widget in it: a server of its own, for it is nobody's deployment.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { repository } from './paths.ts';

export interface Shop {
  readonly url: string;
  /** What the page tells the widget. */
  tell(settings: object): void;
  close(): Promise<void>;
}

export async function serveShop(host: string): Promise<Shop> {
  const page = readFileSync(join(repository, 'web/demo-shop/index.html'), 'utf8');
  let settings: object = {};
  const server = createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    const told = JSON.stringify(settings).replaceAll('<', '\\u003c');
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(page.replace('/*HOLDFAST*/ null', told));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    tell(next) {
      settings = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
