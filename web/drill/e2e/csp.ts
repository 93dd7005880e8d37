// The widget on pages with a strict Content-Security-Policy: a whole chat, and not one violation. And on pages whose browser keeps nothing.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withNonce } from '@holdfast/loader';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { install } from '../src/installation/installation.ts';
import { launchOptions } from './chromium.ts';
import { OperatorPage, VisitorPage } from './pages.ts';
import { type SitePages, servePages } from './site_pages.ts';

async function main(): Promise<void> {
  const installation = await install({ moderator: true, operators: 1 });
  const browser = await chromium.launch(launchOptions);
  const pages = await servePages(installation);
  try {
    const operator = new OperatorPage(await (await browser.newContext()).newPage());
    await operator.signIn(
      `${installation.consoleOrigin}/console/`,
      installation.signIns[0] as never,
    );
    await underPolicies(browser, pages, operator);
    await theWatcherSees(browser, pages);
    await withoutStorage(browser, pages, operator);
    console.log('csp passed');
  } finally {
    pages.close();
    await browser.close();
    await installation.close();
  }
}

/** A chat with everything that draws: launcher, window, transcript, typing, ticks, the end. */
async function wholeChat(visitor: VisitorPage, operator: OperatorPage): Promise<void> {
  const { page } = visitor;
  await visitor.openChat();
  await visitor.composer.fill('Is this page strict?\nI think so.');
  await visitor.composer.press('Enter');
  await operator.acceptFirst();
  await operator.composer.pressSequentially('It');
  await page.getByText('is typing').waitFor({ state: 'attached' });
  await operator.composer.fill('It is.');
  await operator.composer.press('Enter');
  await page.getByRole('log').getByText('It is.').waitFor();
  await page.getByRole('img', { name: 'kept in both data centres' }).first().waitFor();
  await page.getByRole('button', { name: 'End chat' }).click();
  await page.getByRole('button', { name: 'Yes, end it' }).click();
  await page.getByRole('button', { name: 'Start a new chat' }).waitFor();
}

async function underPolicies(
  browser: Browser,
  pages: SitePages,
  operator: OperatorPage,
): Promise<void> {
  const snippet = pages.snippet();
  const connect = `connect-src ${snippet.connectSources.join(' ')}`;
  const hosts = snippet.scriptSources.join(' ');
  const trusted = "require-trusted-types-for 'script'; trusted-types holdfast";
  for (const [words, html, policy] of [
    ['a hash and the hosts', snippet.html, `script-src ${snippet.hash} ${hosts}; ${connect}`],
    ['a nonce', withNonce(snippet, 'Rm9yIG9uY2U'), `script-src 'nonce-Rm9yIG9uY2U'; ${connect}`],
    [
      'a hash, strict-dynamic and trusted types',
      snippet.html,
      `script-src ${snippet.hash} 'strict-dynamic'; ${connect}; ${trusted}`,
    ],
  ] as const) {
    step(`under a policy with ${words}`);
    const { page, violations } = await watchedPage(browser);
    const visitor = new VisitorPage(page);
    const rest = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
    const sandbox = 'allow-scripts allow-same-origin allow-forms';
    pages.put(html, {
      'content-security-policy': `default-src 'none'; ${policy}; ${rest} ${sandbox}`,
    });
    await visitor.open(pages.origin);
    await wholeChat(visitor, operator);
    // The form is drawn as anywhere else: the styles are the widget's own.
    const launcher = page.getByRole('button', { name: 'Chat with us' });
    assert.equal(await launcher.evaluate((it) => getComputedStyle(it).position), 'fixed');
    assert.deepEqual(await violations(), []);
    await page.context().close();
  }
}

async function theWatcherSees(browser: Browser, pages: SitePages): Promise<void> {
  step('a snippet that was changed by one space does not run, and that is noticed');
  const { page, violations } = await watchedPage(browser);
  const { html, hash, scriptSources, connectSources } = pages.snippet();
  pages.put(html.replace('Holdfast("boot"', ' Holdfast("boot"'), {
    'content-security-policy': `script-src ${hash} ${scriptSources.join(' ')}; connect-src ${connectSources.join(' ')}`,
  });
  await page.goto(pages.origin);
  assert.equal(await page.evaluate(() => typeof window.Holdfast), 'undefined');
  assert.notDeepEqual(await violations(), []);
  await page.context().close();
}

interface Violated {
  violated: string[];
}

async function watchedPage(
  browser: Browser,
): Promise<{ page: Page; violations(): Promise<string[]> }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const here = window as unknown as Violated;
    here.violated = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      here.violated.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
    );
  });
  const said: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy|TrustedScript/i.test(message.text())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  const violations = async () => [
    ...said,
    ...(await page.evaluate(() => (window as unknown as Violated).violated)),
  ];
  return { page, violations };
}

// ---- a browser that keeps nothing ----

async function withoutStorage(
  browser: Browser,
  pages: SitePages,
  operator: OperatorPage,
): Promise<void> {
  pages.put(pages.snippet().html);
  const absent = await browser.newContext();
  await absent.addInitScript(() => {
    for (const name of [
      'indexedDB',
      'localStorage',
      'sessionStorage',
      'BroadcastChannel',
      'caches',
    ])
      Object.defineProperty(window, name, { value: undefined });
  });
  await keepsNothing('there is no storage at all', absent, pages, operator);
  await absent.close();

  const profile = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  const blocked = await blockingBrowser(profile);
  await keepsNothing('the browser is set to block storage', blocked, pages, operator);
  await blocked.close();
  rmSync(profile, { recursive: true, force: true });
}

/** Chromium whose person has said: no site may keep anything. */
async function blockingBrowser(profile: string): Promise<BrowserContext> {
  mkdirSync(join(profile, 'Default'), { recursive: true });
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  return chromium.launchPersistentContext(profile, launchOptions);
}

async function keepsNothing(
  words: string,
  context: BrowserContext,
  pages: SitePages,
  operator: OperatorPage,
): Promise<void> {
  step(words);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  const visitor = new VisitorPage(page);
  await visitor.open(pages.origin);
  const kept = await page.evaluate(() => {
    try {
      localStorage.setItem('x', 'y');
      return true;
    } catch {
      return false;
    }
  });
  assert.equal(kept, false, 'storage is not blocked here');
  await visitor.openChat();
  await page.getByText('This browser does not let us keep your messages').waitFor();
  await page.keyboard.press('Escape');
  await wholeChat(visitor, operator);
  assert.deepEqual(problems, []);
  await page.reload();
  await visitor.openChat();
  assert.deepEqual(await visitor.texts(), [], 'nothing was kept');
}

function step(words: string): void {
  console.log(`csp: ${words}`);
}

await toTheEnd(main);
