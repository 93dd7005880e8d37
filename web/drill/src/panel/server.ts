// The address that ./demo prints: the page, its stream of news, and the orders that it gives.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Order, Refusal, Tell } from '@holdfast/panel';
import { OrderRefused } from './control.ts';
import { refusalOf } from './gate.ts';
import { readOrder } from './orders.ts';

const host = '127.0.0.1';
/** The address stays the same from one demo to the next unless somebody else has it. */
const usualPort = 8440;
const bodyMax = 1_000;
/** A page that reads nothing is let go: when it reads again it comes anew and is told how things stand. */
const unreadMax = 1 << 20;
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface ServerOptions {
  /** Folder of the built page. */
  readonly root: string;
  /** What a page that comes anew has to hear first. */
  readonly whole: () => readonly Tell[];
  readonly obey: (order: Order) => Promise<void>;
  /** What the page may show in frames, in the words of a Content-Security-Policy. */
  readonly frames: readonly string[];
  readonly port?: number;
}

export class PanelServer {
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #listeners = new Set<ServerResponse>();

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<void> {
    await this.#listenOn(this.#options.port ?? usualPort).catch(() => this.#listenOn(0));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${host}:${this.port}`;
  }

  /** Pages that listen now. */
  get watchers(): number {
    return this.#listeners.size;
  }

  tell(news: Tell): void {
    const text = `data: ${JSON.stringify(news)}\n\n`;
    for (const listener of this.#listeners) {
      if (listener.writableLength > unreadMax) listener.destroy();
      else listener.write(text);
    }
  }

  async close(): Promise<void> {
    for (const listener of this.#listeners) listener.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #listenOn(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const why = refusalOf(
      { method, host: headers.host, origin: headers.origin, contentType: headers['content-type'] },
      this.port,
    );
    this.#dress(response);
    if (why !== null) return refuse(response, 403, why);
    const { pathname } = new URL(request.url ?? '/', this.url);
    if (method === 'POST') return this.#take(pathname, request, response);
    if (pathname === '/news') return this.#subscribe(request, response);
    return this.#page(pathname, response);
  }

  /** The page may do what it needs and may not be put into a frame: its buttons are not for borrowed clicks. */
  #dress(response: ServerResponse): void {
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src ${this.#options.frames.join(' ')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    response.setHeader('x-content-type-options', 'nosniff');
    // Nobody else's page may even load it as a picture or a script: the password stands in the news.
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cache-control', 'no-store');
  }

  async #take(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path !== '/order') return refuse(response, 404, 'no such page');
    let text = '';
    for await (const part of request.setEncoding('utf8')) {
      text += part;
      if (text.length > bodyMax)
        return refuse(response, 413, `body: at most ${bodyMax} characters`);
    }
    const order = readOrder(text);
    if (typeof order === 'string') return refuse(response, 400, order);
    try {
      await this.#options.obey(order);
      response.writeHead(204).end();
    } catch (error) {
      const refused = error instanceof OrderRefused;
      refuse(response, refused ? 409 : 500, error instanceof Error ? error.message : String(error));
    }
  }

  #subscribe(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const news of this.#options.whole()) response.write(`data: ${JSON.stringify(news)}\n\n`);
    this.#listeners.add(response);
    request.once('close', () => this.#listeners.delete(response));
  }

  async #page(path: string, response: ServerResponse): Promise<void> {
    const name = path === '/' ? '/index.html' : path;
    const type = types[extname(name)];
    const plain = /^\/(assets\/)?[\w-]+\.\w+$/.test(name);
    const body =
      plain && type
        ? await readFile(join(this.#options.root, name)).catch(() => undefined)
        : undefined;
    if (body === undefined || type === undefined) return refuse(response, 404, 'no such page');
    response.writeHead(200, { 'content-type': type }).end(body);
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const refusal: Refusal = { why };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(refusal));
}
