// The Transport over a WebSocket, given whatever makes one: the browser's, Node's, a test's.
import type { Channel, ChannelHooks, Transport } from './api.ts';

export const LINK_PATH = '/v1/link';
export const SUBPROTOCOL = 'holdfast.v1';
const OPEN = 1;
const LOST = 1006;

/** The part of a WebSocket that is used here. */
export interface WebSocketLike {
  readonly readyState: number;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export function webSocketTransport(
  make: (url: string, protocol: string) => WebSocketLike,
): Transport {
  return { open: (baseUrl, hooks) => openChannel(make, baseUrl, hooks) };
}

/** Of a deployment's base URL; the URL of a link itself is taken as it is. */
export function linkUrl(baseUrl: string): string {
  const base = baseUrl.replace(/^http/, 'ws').replace(/\/$/, '');
  return base.endsWith(LINK_PATH) ? base : base + LINK_PATH;
}

function openChannel(
  make: (url: string, protocol: string) => WebSocketLike,
  baseUrl: string,
  hooks: ChannelHooks,
): Channel {
  const url = linkUrl(baseUrl);
  let socket: WebSocketLike;
  try {
    socket = make(url, SUBPROTOCOL);
  } catch (error) {
    void Promise.resolve().then(() => hooks.closed(LOST, String(error)));
    return { send: () => false, close: () => {} };
  }
  let open = true;
  const closed = (code: number, why: string) => {
    if (!open) return;
    open = false;
    hooks.closed(code, why);
  };
  socket.onmessage = ({ data }) => {
    if (open && typeof data === 'string') hooks.text(data);
  };
  socket.onclose = ({ code, reason }) => closed(code, reason);
  // A failed connection: a browser says `close` 1006 afterwards, Node's says nothing more.
  socket.onerror = () => closed(LOST, 'the connection failed');
  return {
    send(frame) {
      if (!open || socket.readyState !== OPEN) return false;
      socket.send(frame);
      return true;
    },
    close(code = 1000, why = '') {
      if (!open) return;
      // A dead peer would let the closing handshake wait for long: it is over for us now.
      void Promise.resolve().then(() => closed(code, why));
      socket.close(code, why);
    },
  };
}
