// The operator's console: signs in, keeps its links to both deployments, and works after a reload while its own host is dead.

import './styles/base.css';
import './styles/list.css';
import './styles/chat.css';
import './styles/search.css';
import './styles/settings.css';
import './styles/phone.css';
import { type OperatorSession, verifyEd25519 } from '@holdfast/core';
import { browserSeams, loadSession } from '@holdfast/core/browser';
import { createDeskClient } from '@holdfast/core/desk';
import { render } from 'preact';
import { type Addresses, loadAddresses } from './addresses.ts';
import { Console } from './console.tsx';
import { setDesk } from './desk.ts';
import { lastSite, rememberSite } from './last_site.ts';
import { clearBrowser, endSession } from './leaving.ts';
import { SignIn } from './sign_in.tsx';
import { Tabs } from './tabs.ts';

const place = document.getElementById('console') as HTMLElement;
const RETRY_MS = 2_000;

async function boot(): Promise<void> {
  if ('serviceWorker' in navigator) {
    void navigator.serviceWorker.register('./sw.js', { type: 'module' });
  }
  const addresses = await addressesInTheEnd();
  const session = await loadSession(lastSite(), Date.now());
  if (session) await work(addresses, lastSite(), session);
  else askWho(addresses);
}

async function addressesInTheEnd(): Promise<Addresses> {
  for (;;) {
    try {
      return await loadAddresses();
    } catch {
      render(<p class="patience">The data centre has not answered yet.</p>, place);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function askWho(addresses: Addresses): void {
  const done = (site: string, session: OperatorSession) => {
    rememberSite(site);
    void work(addresses, site, session);
  };
  document.title = 'Holdfast console';
  render(<SignIn addresses={addresses} done={done} />, place);
}

async function work(addresses: Addresses, site: string, session: OperatorSession): Promise<void> {
  const { author } = session;
  const client = createDeskClient({
    role: 'operator',
    site,
    deployments: addresses.deployments,
    moderators: addresses.moderators,
    moderatorKeys: addresses.moderatorKeys,
    credentials: session,
    // Signatures are checked by our own code: a desk may be older than WebCrypto's Ed25519, and nobody waits for a few bytes here.
    seams: { ...browserSeams({ site, author }), verify: verifyEd25519 },
  });
  const tabs = new Tabs(() => void leave());
  // Nobody is asked for a name before the browser has forgotten the last one.
  const leave = async () => {
    render(<p class="patience">Signing out.</p>, place);
    document.title = 'Holdfast console';
    tabs.close();
    desk.chime.close();
    client.close();
    await clearBrowser(site, author);
    askWho(addresses);
  };
  const signOut = async () => {
    render(<p class="patience">Signing out.</p>, place);
    await endSession(desk, desk.session.get());
    tabs.tellSignedOut();
    await leave();
  };
  const desk = setDesk({ site, addresses, client, session, signOut: () => void signOut() });
  await client.start();
  render(<Console key={author} desk={desk} />, place);
}

void boot();
