// The seams under Node: for the smoke harness, for tests against real nodes, for bots.
import { createPublicKey, verify as nativeVerify, randomBytes } from 'node:crypto';
import type { Clock, Http, Page, Seams, Store, Tabs, Transport, Verify } from '../api.ts';
import { b64 } from '../bytes.ts';
import { MemoryStore } from '../memory_store.ts';
import { type WebSocketLike, webSocketTransport } from '../web_socket.ts';
import { FileStore } from './file_store.ts';

export { FileStore } from './file_store.ts';

export interface NodeSeamsOptions {
  /** HTTP Origin to send: a node checks it as it checks a browser's. */
  readonly origin: string;
  /** Where outbox and events live; without it, in memory. */
  readonly file?: string;
}

export function nodeSeams({ origin, file }: NodeSeamsOptions): Seams {
  return {
    clock: nodeClock,
    random: { bytes: (count) => new Uint8Array(randomBytes(count)) },
    transport: nodeTransport(origin),
    http: nodeHttp(origin),
    store: storeFor(file),
    page: alwaysVisible,
    tabs: alone,
    verify: nodeVerify,
  };
}

/** A visitor's secret: 43 characters of base64url. */
export function newSecret(): string {
  return b64(new Uint8Array(randomBytes(32)));
}

function storeFor(file: string | undefined): Store {
  return file === undefined ? new MemoryStore() : new FileStore(file);
}

export const nodeClock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.min(ms, 2_000_000_000));
    return () => clearTimeout(timer);
  },
};

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in its SPKI.
const spki = Buffer.from('302a300506032b6570032100', 'hex');

// The page's own takes some 10 ms: nothing for one client, a stall where one process holds many and all of them hear a verdict at once.
export const nodeVerify: Verify = (signature, message, key) => {
  if (signature.length !== 64 || key.length !== 32) return false;
  const publicKey = createPublicKey({
    key: Buffer.concat([spki, key]),
    format: 'der',
    type: 'spki',
  });
  return nativeVerify(null, message, publicKey, signature);
};

// Node's WebSocket takes headers as an extension of the standard constructor.
type NodeWebSocket = new (
  url: string,
  options: { protocols: string; headers: Record<string, string> },
) => WebSocketLike;

export function nodeTransport(origin: string): Transport {
  const Constructor = WebSocket as unknown as NodeWebSocket;
  return webSocketTransport(
    (url, protocols) => new Constructor(url, { protocols, headers: { origin } }),
  );
}

export function nodeHttp(origin: string): Http {
  return {
    async request({ method, url, body, timeoutMs, bearer }) {
      const response = await fetch(url, {
        method,
        headers: {
          origin,
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body !== undefined && { body }),
      });
      return { status: response.status, body: await response.text() };
    },
  };
}

const alwaysVisible: Page = { visible: () => true, online: () => true, watch: () => () => {} };
const alone: Tabs = { otherVisible: () => false, watch: () => () => {}, close: () => {} };
