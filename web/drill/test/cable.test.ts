import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cable } from '../src/cable.ts';

/** What both ends of a cable hear, in order. */
let heard: string[];
let server: Server;
let cable: Cable;
let far: Promise<Socket>;
let near: Socket;
let atFar: Socket[];

const note = (who: string, socket: Socket) => {
  socket.on('data', (bytes) => heard.push(`${who} ${bytes}`));
  socket.on('end', () => heard.push(`${who} end`));
  socket.on('error', (error: Error & { code?: string }) => heard.push(`${who} ${error.code}`));
};

async function until(what: string): Promise<void> {
  while (!heard.includes(what)) await new Promise((resolve) => setTimeout(resolve, 1));
}

beforeEach(async () => {
  heard = [];
  atFar = [];
  server = createServer({ allowHalfOpen: true });
  far = new Promise((resolve) => {
    server.on('connection', (socket: Socket) => {
      note('far', socket);
      atFar.push(socket);
      resolve(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  cable = await Cable.lay({
    listen: '127.0.0.1',
    from: '127.0.0.1',
    to: { host: '127.0.0.1', port },
    delayMs: 1,
  });
  near = connect(cable.port, '127.0.0.1');
  note('near', near);
  near.write('hello');
  await until('far hello');
});
afterEach(async () => {
  near.destroy();
  await cable.close();
  for (const socket of atFar) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** Time enough for whatever would come through: a longer cable, which is whole, has delivered. */
async function aWhileLater(): Promise<void> {
  const other = await Cable.lay({
    listen: '127.0.0.1',
    from: '127.0.0.1',
    to: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    delayMs: 20,
  });
  const witness = connect(other.port, '127.0.0.1');
  witness.write('witness');
  await until('far witness');
  witness.destroy();
  await other.close();
}

describe('a cable', () => {
  test('carries bytes and the end of them both ways', async () => {
    (await far).write('welcome');
    await until('near welcome');
    near.end();
    await until('far end');
  });

  test('that is cut resets everybody and lets nobody in until it is mended', async () => {
    const mend = cable.cut();
    await until('near ECONNRESET');
    const late = connect(cable.port, '127.0.0.1');
    note('late', late);
    await until('late ECONNRESET');
    mend();
    const next = connect(cable.port, '127.0.0.1');
    next.write('again');
    await until('far again');
    next.destroy();
  });

  test('that swallows tells nobody, and delivers in order once it is mended', async () => {
    const mend = cable.swallow();
    near.write('one ');
    near.write('two');
    const knocking = connect(cable.port, '127.0.0.1');
    note('knocking', knocking);
    knocking.write('knock');
    await once(knocking, 'connect');
    await aWhileLater();
    expect(heard).toEqual(['far hello', 'far witness']);

    mend();
    await until('far knock');
    expect(heard.filter((what) => /one|two/.test(what)).join('')).toMatch(/one .*two/);
    knocking.destroy();
  });

  test('that two faults swallow is whole when both are mended', async () => {
    const [first, second] = [cable.swallow(), cable.swallow()];
    near.write('late');
    first();
    first();
    await aWhileLater();
    expect(heard).toEqual(['far hello', 'far witness']);
    second();
    await until('far late');
  });
});
