// The snippet for one site: what its owner copies into their pages. The template is made by this folder's build and served by every
// deployment, so that console, command line and demo print the same text. `holdfast site snippet` does the same in C++
// (src/app/admin/snippet.h); tests/integration compares the two.

import { sha256 } from '@holdfast/core/sha256';
import type { Facts } from './stub.ts';

export type { Facts } from './stub.ts';

/** Where a deployment serves the template. */
export const TEMPLATE = '/widget/snippet.txt';

export interface Snippet {
  /** To be copied into a page. */
  readonly html: string;
  /** `'sha256-…'`, of the script in `html` as it stands: one more space in there and it does not fit any more. */
  readonly hash: string;
  /** What the pages' Content-Security-Policy must allow, if they have one. */
  readonly scriptSources: readonly string[];
  readonly connectSources: readonly string[];
}

/** `template` as a deployment serves it, `facts` from its /v1/client.json. */
export function snippet(template: string, site: string, facts: Facts): Snippet {
  const { deployments, moderators, moderatorKeys } = facts;
  const told: Facts = {
    deployments: { primary: deployments.primary, redundant: deployments.redundant },
    moderators,
    moderatorKeys: Object.fromEntries(Object.entries(moderatorKeys).sort()),
  };
  const html = template
    .replace('HOLDFAST_FACTS', () => inScript(told))
    .replace('HOLDFAST_SITE', () => inScript(site));
  const hosts = [...deployments.primary, ...deployments.redundant];
  return {
    html,
    hash: `'sha256-${base64(sha256(new TextEncoder().encode(scriptOf(html))))}'`,
    scriptSources: hosts,
    connectSources: [
      ...hosts.flatMap((host) => [host, host.replace(/^http/, 'ws')]),
      ...moderators,
    ],
  };
}

/** The same snippet for pages whose policy names a nonce; the page's server fills it in at every view. */
export function withNonce({ html }: Snippet, nonce: string): string {
  return html.replace('<script>', () => `<script nonce="${nonce}">`);
}

/** For the `Content-Security-Policy` header of the pages: what has to be added to it. */
export function policyOf({ hash, scriptSources, connectSources }: Snippet): string {
  return `script-src ${[hash, ...scriptSources].join(' ')}; connect-src ${connectSources.join(' ')}`;
}

/** As JSON that no HTML parser stumbles over. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function scriptOf(html: string): string {
  return html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
