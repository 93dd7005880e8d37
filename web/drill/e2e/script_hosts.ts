// Hosts that should give the widget's script, and do not, or not yet.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { repository } from '../src/paths.ts';
import { listen } from './site_pages.ts';

const HOST = '127.0.9.3';
const script = readFileSync(join(repository, 'web/dist/widget/holdfast.js'));

export interface ScriptHost {
  readonly url: string;
  close(): void;
}

/** Nobody listens there: connections are refused. */
export async function deadHost(): Promise<ScriptHost & { comeBack(): Promise<ScriptHost> }> {
  const server = createTcpServer();
  const port = await listen(server, HOST);
  await new Promise((resolve) => server.close(resolve));
  return {
    url: `http://${HOST}:${port}`,
    close() {},
    comeBack: () => host(() => script, port),
  };
}

/** Takes connections and never says a word. */
export async function hangingHost(): Promise<ScriptHost> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('data', () => {});
  });
  const port = await listen(server, HOST);
  return {
    url: `http://${HOST}:${port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Answers once it is told to. */
export async function lateHost(): Promise<ScriptHost & { answer(): void }> {
  let answer = () => {};
  const told = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const late = await host(() => told.then(() => script));
  return { ...late, answer };
}

/** A hotel's sign-in page, say: it answers, with something else. */
export function wrongHost(): Promise<ScriptHost> {
  return host(() => 'window.somethingElse = true;');
}

async function host(
  answer: () => string | Buffer | Promise<string | Buffer>,
  port = 0,
): Promise<ScriptHost> {
  const server = createServer(async (_request, response) => {
    const body = await answer();
    response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' });
    response.end(body);
  });
  const taken = await listen(server, HOST, port);
  return {
    url: `http://${HOST}:${taken}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
