// Where the parts of an installation stand: each data centre in a network of its own on 127/8.

import { createServer } from 'node:net';
import type { DeploymentName } from '@holdfast/core';

export interface Place {
  readonly name: DeploymentName;
  /** The first three numbers of its network. */
  readonly net: string;
  readonly host: string;
  readonly port: number;
}

const nets: Readonly<Record<DeploymentName, string>> = {
  primary: '127.0.1',
  redundant: '127.0.2',
};
/** Of the Moderators, at a third place; the first is 1. */
export function moderatorHost(nth: number): string {
  return `127.0.3.${nth}`;
}

/** Of what several Moderators keep their record in. */
export const recordsHost = '127.0.3.50';

export async function place(name: DeploymentName): Promise<Place> {
  const net = nets[name];
  const host = `${net}.1`;
  return { name, net, host, port: await freePort(host) };
}

export async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error(`no free port on ${host}`);
  return address.port;
}
