// The seams in a browser.
import type { Clock, Http, Page, Seams, Transport, Verify } from '../api.ts';
import { type WebSocketLike, webSocketTransport } from '../web_socket.ts';
import { IndexedDbStore, removeDatabase } from './indexed_db.ts';
import { BrowserTabs } from './tabs.ts';

export { forgetIdentity, loadIdentity } from './identity.ts';
export { loadSession, signOut, startSession } from './session.ts';

export interface BrowserSeamsOptions {
  readonly site: string;
  /** Whose outbox: two people at one browser share nothing. */
  readonly author: string;
}

/** Removes what this browser holds of somebody's chats, the outbox included. Close the client first. Never rejects. */
export function clearStore(whose: BrowserSeamsOptions): Promise<void> {
  return removeDatabase(storeName(whose));
}

function storeName({ site, author }: BrowserSeamsOptions): string {
  return `holdfast-${site}-${author}`;
}

export function browserSeams(whose: BrowserSeamsOptions): Seams {
  const name = storeName(whose);
  const page = browserPage();
  return {
    clock: browserClock,
    random: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
    transport: browserTransport,
    http: browserHttp,
    store: new IndexedDbStore(name),
    page,
    tabs: new BrowserTabs(name, page),
    verify: verifyWithWebCrypto,
  };
}

/** False in browsers of before 2025 and on pages that are no secure context: see docs/decisions/0005. */
export const verifyWithWebCrypto: Verify = async (signature, message, key) => {
  try {
    const { subtle } = crypto;
    const imported = await subtle.importKey('raw', new Uint8Array(key), 'Ed25519', false, [
      'verify',
    ]);
    return await subtle.verify(
      'Ed25519',
      imported,
      new Uint8Array(signature),
      new Uint8Array(message),
    );
  } catch {
    return false;
  }
};

export const browserClock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.min(ms, 2_000_000_000));
    return () => clearTimeout(timer);
  },
};

export const browserTransport: Transport = webSocketTransport(
  (url, protocol) => new WebSocket(url, protocol) as WebSocketLike,
);

export const browserHttp: Http = {
  async request({ method, url, body, timeoutMs, bearer }) {
    // A simple content type: no preflight that an old proxy could refuse.
    const headers: Record<string, string> =
      body === undefined ? {} : { 'content-type': 'text/plain' };
    if (bearer !== undefined) headers.authorization = `Bearer ${bearer}`;
    const response = await fetch(url, {
      method,
      credentials: 'omit',
      signal: AbortSignal.timeout(timeoutMs),
      headers,
      ...(body !== undefined && { body }),
    });
    return { status: response.status, body: await response.text() };
  },
};

function browserPage(): Page {
  return {
    visible: () => document.visibilityState === 'visible',
    online: () => navigator.onLine,
    watch(listener) {
      const on: [EventTarget, string][] = [
        [document, 'visibilitychange'],
        [document, 'resume'],
        [window, 'online'],
        [window, 'offline'],
        [window, 'pageshow'],
        [window, 'focus'],
      ];
      for (const [target, name] of on) target.addEventListener(name, listener);
      return () => {
        for (const [target, name] of on) target.removeEventListener(name, listener);
      };
    },
  };
}
