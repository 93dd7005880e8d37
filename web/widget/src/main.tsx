// The visitor's widget, in the host page's own origin: its outbox and identity live there, not under a deployment's domain.
// The page says what it needs to know before this script runs: window.holdfast = {site, deployments, …}.

import { createClient, visitorAuthor } from '@holdfast/core';
import { browserSeams, loadIdentity } from '@holdfast/core/browser';
import { render } from 'preact';
import sharedStyle from './shared/style.css?inline';
import style from './widget.css?inline';
import { Widget } from './widget.tsx';

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

  const host = document.createElement('div');
  host.id = 'holdfast';
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${sharedStyle}${style}`);
  root.adoptedStyleSheets = [sheet];
  document.body.append(host);
  render(<Widget client={client} />, root);
}

if (!window.holdfastRunning) {
  window.holdfastRunning = true;
  if (window.holdfast) void boot(window.holdfast);
  else console.error('holdfast: window.holdfast is not set on this page');
}
