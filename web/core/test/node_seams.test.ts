import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileStore, nodeHttp, nodeTransport } from '../src/node/index.ts';
import { linkUrl } from '../src/web_socket.ts';

let server: Server;
let url: string;
let upgrade: IncomingMessage | null;

beforeEach(async () => {
  upgrade = null;
  server = createServer((request, response) => {
    response.end(
      JSON.stringify({ method: request.method, url: request.url, origin: request.headers.origin }),
    );
  });
  server.on('upgrade', (request, socket) => {
    upgrade = request;
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: holdfast.v1\r\n\r\n`,
    );
    socket.write(Buffer.from([0x81, 2, 0x68, 0x69])); // "hi"
    socket.on('data', () => socket.end(Buffer.from([0x88, 2, 0x0f, 0xa0]))); // close 4000
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('A link goes to /v1/link with our sub-protocol and the page’s origin', async () => {
  const seen: string[] = [];
  const closed = new Promise<number>((resolve) => {
    const channel = nodeTransport('https://shop.example').open(url, {
      text: (text) => {
        seen.push(text);
        channel.send('go');
      },
      closed: resolve,
    });
  });
  expect(await closed).toBe(4000);
  expect(seen).toEqual(['hi']);
  expect(upgrade?.url).toBe('/v1/link');
  expect(upgrade?.headers).toMatchObject({
    origin: 'https://shop.example',
    'sec-websocket-protocol': 'holdfast.v1',
  });
});

test('A refused connection and a URL that is none end in closed(), once', async () => {
  for (const bad of ['http://127.0.0.1:1', 'no url at all']) {
    let times = 0;
    await new Promise<void>((resolve) => {
      nodeTransport('https://shop.example').open(bad, {
        text: () => {},
        closed: () => resolve(void times++),
      });
    });
    expect(times).toBe(1);
  }
});

test('Closing tells closed() without waiting for the other end', async () => {
  let times = 0;
  await new Promise<void>((resolve) => {
    const channel = nodeTransport('https://shop.example').open(url, {
      text: () => channel.close(),
      closed: () => resolve(void times++),
    });
  });
  expect(times).toBe(1);
});

test('HTTP carries the origin', async () => {
  const { status, body } = await nodeHttp('https://console.example').request({
    method: 'GET',
    url: `${url}/v1/verdict`,
    timeoutMs: 1_000,
  });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ url: '/v1/verdict', origin: 'https://console.example' });
});

test.each([
  ['http://a.example', 'ws://a.example/v1/link'],
  ['https://a.example:8443/', 'wss://a.example:8443/v1/link'],
  ['wss://a.example/v1/link', 'wss://a.example/v1/link'],
])('The link of %s is %s', (base, link) => {
  expect(linkUrl(base)).toBe(link);
});

describe('FileStore', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('keeps what was put and not removed', async () => {
    const path = join(folder, 'outbox');
    const store = new FileStore(path);
    expect(await store.load()).toEqual([]);
    await store.write(
      [
        { key: 'a', value: 1 },
        { key: 'b', value: { x: 'ü\n' } },
      ],
      [],
    );
    await store.write([{ key: 'a', value: 2 }], ['b']);
    store.close();
    expect(await new FileStore(path).load()).toEqual([{ key: 'a', value: 2 }]);
    expect(readFileSync(path, 'utf8').trim().split('\n').length).toBe(1);
  });

  test('a torn last line is dropped', async () => {
    const path = join(folder, 'outbox');
    const store = new FileStore(path);
    await store.load();
    await store.write([{ key: 'a', value: 1 }], []);
    store.close();
    appendFileSync(path, '{"put":{"key":"b"');
    expect(await new FileStore(path).load()).toEqual([{ key: 'a', value: 1 }]);
  });

  test('says when it cannot be read', async () => {
    await expect(new FileStore(folder).load()).rejects.toThrow();
  });
});
