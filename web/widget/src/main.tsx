// The visitor's widget, in the host page's own origin: its outbox and identity live there, not under a deployment's domain.
// The page says what it needs to know before this script runs: window.holdfast = {site, deployments, …}.

import { createClient, visitorAuthor } from '@holdfast/core';
import { browserSeams, loadIdentity } from '@holdfast/core/browser';
import { render } from 'preact';
import style from './widget.css?inline';
import { Widget } from './widget.tsx';
import { WindowMemory } from './window_memory.ts';

interface Settings {
  readonly site: string;
  readonly deployments: {
    readonly primary: readonly string[];
    readonly redundant: readonly string[];
  };
  readonly moderators?: readonly string[];
  readonly moderatorKeys?: Readonly<Record<string, string>>;
}

declare global {
  interface Window {
    holdfast?: Settings;
    /** Set by the first script that ran: the page may have asked both deployments for it. */
    holdfastRunning?: boolean;
  }
}

async function boot(settings: Settings): Promise<void> {
  const identity = await loadIdentity(settings.site);
  const client = createClient({
    role: 'visitor',
    site: settings.site,
    deployments: settings.deployments,
    moderators: settings.moderators ?? [],
    moderatorKeys: settings.moderatorKeys ?? {},
    credentials: identity,
    seams: browserSeams({ site: settings.site, author: visitorAuthor(settings.site, identity) }),
    page: location.href,
  });
  await client.start();
  const memory = new WindowMemory(settings.site);
  addEventListener('storage', ({ key, newValue }) => memory.hear(key, newValue));
  if (document.readyState === 'loading')
    await new Promise((ready) => addEventListener('DOMContentLoaded', ready));

  const host = document.createElement('div');
  host.id = 'holdfast';
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  // The page's shortcuts are not meant for what is typed in here: to them a field in a shadow root is no field.
  for (const name of ['keydown', 'keypress', 'keyup'])
    host.addEventListener(name, (event) => event.stopPropagation());
  document.body.append(host);
  render(<Widget client={client} site={settings.site} memory={memory} />, root);
}

if (!window.holdfastRunning) {
  window.holdfastRunning = true;
  if (window.holdfast) void boot(window.holdfast);
  else console.error('holdfast: window.holdfast is not set on this page');
}
