// Brings the widget's script into the page. It stands in the page itself, so nothing has to answer before it can work; of all that it asks
// for, any host may be dead or hang. Every byte of it is paid for by every page view.

import type { Call, Facts, Stub } from './stub.ts';

export const WIDGET = '/widget/holdfast.js';
/** Without an answer for so long, the next host is asked too; the first may still win. */
const HANGING_MS = 3_000;
const PAUSE_MS_MAX = 60_000;
/** A script that hangs would hold up the page's `load` event, so the page loads first; unless that takes too long by itself. */
const PAGE_MS_MAX = 5_000;
/** Where the host is remembered that answered last: it is asked first on the next page. */
const MEMORY = 'holdfast:host';

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): TrustedPolicy;
}
interface TrustedPolicy {
  createScriptURL(url: string): string;
}

export function load(facts: Facts): void {
  const known = window.Holdfast;
  if (known?.calls) {
    if (JSON.stringify(known.facts) !== JSON.stringify(facts))
      console.error(
        'Holdfast: the chat of another server stands on this page, this one is refused',
      );
    return;
  }
  const stub: Stub = Object.assign(
    (...call: Call) => {
      if (stub.run) stub.run(call);
      else stub.calls.push(call);
    },
    { facts, calls: [], bring: bringer(facts) },
  );
  window.Holdfast = stub;
  stub.bring(WIDGET, () => stub.run);
}

function bringer({ deployments: { primary, redundant } }: Facts): Stub['bring'] {
  let remembered = recall();
  // Asked now: later nobody knows which script this was.
  const nonce = document.currentScript?.nonce;
  const policy = trusted();

  return (path, there) => {
    // Sorting keeps the order of the others.
    const hosts = [...primary, ...redundant].sort(
      (a, b) => Number(b === remembered) - Number(a === remembered),
    );
    let tries = 0;
    let pause: ReturnType<typeof setTimeout> | undefined;

    const attempt = () => {
      pause = undefined;
      if (there()) return;
      const host = hosts[tries++ % hosts.length] as string;
      const script = document.createElement('script');
      let passed = false;
      const pass = () => {
        clearTimeout(hanging);
        if (passed || there()) return;
        passed = true;
        const rounds = tries / hosts.length;
        if (tries % hosts.length) return attempt();
        if (rounds === 1)
          console.warn(`Holdfast: no host gave ${path}; it is asked for again and again`, hosts);
        // Half of it is chance: the pages of a whole city must not come back in one moment.
        const wait = Math.min(1_000 * 2 ** rounds, PAUSE_MS_MAX) * (0.5 + Math.random() / 2);
        pause = setTimeout(attempt, wait);
      };
      const hanging = setTimeout(pass, HANGING_MS);
      script.onerror = pass;
      script.onload = () => {
        // A page of somebody else's (a hotel's sign-in) is a script too, but not ours.
        if (!there()) pass();
        else if (!passed && host !== remembered) {
          remembered = host;
          remember(host);
        }
        clearTimeout(hanging);
      };
      if (nonce) script.nonce = nonce;
      const url = host + path;
      script.src = policy ? policy.createScriptURL(url) : url;
      (document.head ?? document.documentElement).append(script);
    };
    const start = () => {
      if (tries === 0) attempt();
    };
    addEventListener('online', () => {
      if (pause === undefined) return;
      clearTimeout(pause);
      attempt();
    });
    if (document.readyState === 'complete') start();
    else {
      addEventListener('load', start);
      setTimeout(start, PAGE_MS_MAX);
    }
  };
}

function recall(): string | null | undefined {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return undefined; // storage is blocked: the order of the snippet then
  }
}

function remember(host: string): void {
  try {
    localStorage.setItem(MEMORY, host);
  } catch {
    // As above.
  }
}

/** For pages whose policy says require-trusted-types-for 'script'. */
function trusted(): TrustedPolicy | undefined {
  try {
    const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
    return trustedTypes?.createPolicy('holdfast', { createScriptURL: (url) => url });
  } catch {
    return undefined;
  }
}
