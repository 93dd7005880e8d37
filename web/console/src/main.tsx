// The operator's console: signs in, keeps its links to both deployments, and works after a reload while its own host is dead.

import '@holdfast/widget/shared.css';
import './console.css';
import { createClient, type OperatorSession } from '@holdfast/core';
import { browserSeams, loadSession, signOut } from '@holdfast/core/browser';
import { render } from 'preact';
import { type Addresses, loadAddresses } from './addresses.ts';
import { Console } from './console.tsx';
import { lastSite, rememberSite } from './last_site.ts';
import { SignIn } from './sign_in.tsx';

const place = document.getElementById('console') as HTMLElement;

async function boot(): Promise<void> {
  if ('serviceWorker' in navigator) {
    void navigator.serviceWorker.register('./sw.js', { type: 'module' });
  }
  const addresses = await loadAddresses();
  const session = await loadSession(lastSite(), Date.now());
  if (session) await work(addresses, lastSite(), session);
  else askWho(addresses);
}

function askWho(addresses: Addresses): void {
  const done = (site: string, session: OperatorSession) => {
    rememberSite(site);
    void work(addresses, site, session);
  };
  render(<SignIn addresses={addresses} done={done} />, place);
}

async function work(addresses: Addresses, site: string, session: OperatorSession): Promise<void> {
  const client = createClient({
    role: 'operator',
    site,
    deployments: addresses.deployments,
    moderators: addresses.moderators,
    moderatorKeys: addresses.moderatorKeys,
    credentials: session,
    seams: browserSeams({ site, author: session.author }),
  });
  await client.start();
  const leave = async () => {
    client.close();
    await signOut(site);
    askWho(addresses);
  };
  render(<Console client={client} signOut={() => void leave()} />, place);
}

void boot();
