import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Order } from '@holdfast/panel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OrderRefused } from '../../src/panel/control.ts';
import { PanelServer } from '../../src/panel/server.ts';

let root: string;
let server: PanelServer;
let obeyed: Order[];
let obey: (order: Order) => Promise<void>;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-panel-'));
  writeFileSync(join(root, 'index.html'), '<!doctype html>the page');
  obeyed = [];
  obey = async (order) => void obeyed.push(order);
  server = new PanelServer({
    root,
    frames: ['http://127.0.9.1:*'],
    whole: () => [{ t: 'marks', marks: [] }],
    obey: (order) => obey(order),
    port: 0,
  });
  await server.listen();
});
afterEach(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** node:http, because fetch would not send another Host. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port: server.port, path, method, headers: { ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}

const fromThePage = () => ({ origin: server.url, 'content-type': 'application/json' });
const order = (body: string, headers: object = fromThePage()) =>
  ask('/order', { method: 'POST', headers, body });
const kill = '{"what":"kill","where":"primary"}';

describe("the demo's address", () => {
  test('shows the page, which nobody may put into a frame', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(body).toMatch(/the page/);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).toMatch(/frame-src http:\/\/127\.0\.9\.1:\*;/);
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  test.each(['/../panel.ts', '/%2e%2e/x.js', '/assets/../index.html.js', '/nothing.js', '/.env'])(
    'has no page %s',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  test('obeys the page', async () => {
    expect((await order(kill)).status).toBe(204);
    expect(obeyed).toEqual([{ what: 'kill', where: 'primary' }]);
  });

  test('obeys nobody else', async () => {
    const strangers = [
      { ...fromThePage(), origin: 'https://evil.example' },
      { ...fromThePage(), host: `evil.example:${server.port}` },
      { 'content-type': 'application/json' },
      { origin: server.url, 'content-type': 'text/plain' },
    ];
    for (const headers of strangers) expect((await order(kill, headers)).status).toBe(403);
    expect(obeyed).toEqual([]);
  });

  test('says which field of an order is wrong', async () => {
    const { status, body } = await order('{"what":"kill","where":"here"}');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({ why: 'where: primary or redundant' });
    expect((await order('x'.repeat(2_000))).status).toBe(413);
  });

  test('says why an order makes no sense now', async () => {
    obey = async () => {
      throw new OrderRefused('Primary is not down.');
    };
    const { status, body } = await order(kill);
    expect(status).toBe(409);
    expect(JSON.parse(body)).toEqual({ why: 'Primary is not down.' });
  });

  test('goes on after an order that failed', async () => {
    obey = async () => {
      throw new Error('no such process');
    };
    expect((await order(kill)).status).toBe(500);
    expect((await ask('/')).status).toBe(200);
  });

  test('lets go of a page that reads nothing', async () => {
    const asking = request(`${server.url}/news`);
    asking.on('error', () => {});
    const arrived = new Promise((resolve) => {
      asking.on('response', (response) => {
        response.pause();
        resolve(response);
      });
    });
    asking.end();
    await arrived;
    expect(server.watchers).toBe(1);
    const text = 'x'.repeat(100_000);
    while (server.watchers > 0) {
      server.tell({ t: 'marks', marks: [{ at: 0, kind: 'fault', text }] });
      await new Promise((resolve) => setImmediate(resolve));
    }
    asking.destroy();
  });

  test('tells a page that comes anew how things stand, and then the news', async () => {
    const heard: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const asking = request(`${server.url}/news`, (response) => {
        response.setEncoding('utf8').on('data', (part: string) => {
          heard.push(part.trim());
          if (heard.length === 1) server.tell({ t: 'lines', lines: [] });
          else {
            asking.destroy();
            resolve();
          }
        });
      });
      asking.on('error', (error) => heard.length < 2 && reject(error));
      asking.end();
    });
    expect(heard).toEqual(['data: {"t":"marks","marks":[]}', 'data: {"t":"lines","lines":[]}']);
  });
});
