// The snippet in Chromium: script hosts that are dead, hang, lie or come late; the same snippet twice, and two different ones; what a page
// may ask of the widget, before it is there and after.

import assert from 'node:assert/strict';
import { type Browser, chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { launchOptions } from './chromium.ts';
import { VisitorPage } from './pages.ts';
import { colleagueOf } from './people.ts';
import { deadHost, hangingHost, lateHost, wrongHost } from './script_hosts.ts';
import { type SitePages, servePages } from './site_pages.ts';

async function main(): Promise<void> {
  const installation = await install({ moderator: true, operators: 2 });
  const browser = await chromium.launch(launchOptions);
  const pages = await servePages(installation);
  const operator = await colleagueOf(installation);
  try {
    await deadAndHanging(installation, browser, pages);
    await nobodyThere(installation, browser, pages);
    await lateScript(installation, browser, pages);
    await twice(browser, pages);
    await asked(browser, pages);
    await bothUnreachable(installation, browser, pages);
    console.log('loader passed');
  } finally {
    operator.close();
    pages.close();
    await browser.close();
    await installation.close();
  }
}

/** What the page's console was told, and which hosts it asked for the script. */
interface Heard {
  readonly errors: string[];
  readonly hosts: string[];
}

async function newPage(browser: Browser): Promise<{ visitor: VisitorPage; heard: Heard }> {
  const page = await (await browser.newContext()).newPage();
  const heard: Heard = { errors: [], hosts: [] };
  page.on('pageerror', (error) => heard.errors.push(String(error)));
  page.on('console', (message) => {
    // Hosts that refuse are told there by the browser itself.
    const ofBrowser = /^(Failed to load resource|WebSocket connection to)/;
    if (message.type() === 'error' && !ofBrowser.test(message.text()))
      heard.errors.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (pathname === '/widget/holdfast.js') heard.hosts.push(origin);
  });
  return { visitor: new VisitorPage(page), heard };
}

async function chats(visitor: VisitorPage, text: string): Promise<void> {
  await visitor.openChat();
  await visitor.composer.fill(text);
  await visitor.composer.press('Enter');
  await visitor.page.getByRole('img', { name: 'kept in both data centres' }).waitFor();
  assert.deepEqual(await visitor.texts(), [text]);
}

function widgets(page: Page): Promise<number> {
  return page.locator('#holdfast').count();
}

async function deadAndHanging(
  { urls }: Installation,
  browser: Browser,
  pages: SitePages,
): Promise<void> {
  const [dead, hanging, wrong] = [await deadHost(), await hangingHost(), await wrongHost()];
  const [last] = urls.redundant;
  for (const [words, hosts] of [
    ['the first script host refuses', [dead]],
    ['the first script host hangs', [hanging]],
    ['one refuses, one hangs, one gives another script', [dead, hanging, wrong]],
  ] as const) {
    step(words);
    const { visitor, heard } = await newPage(browser);
    const primary = hosts.map(({ url }) => url);
    pages.put(pages.snippet({ deployments: { primary, redundant: urls.redundant } }).html);
    await visitor.open(pages.origin);
    await chats(visitor, 'Good evening');
    assert.deepEqual(heard.hosts, [...primary, last]);

    heard.hosts.length = 0;
    await visitor.page.reload();
    await visitor.page.getByText('Good evening').waitFor();
    assert.deepEqual(heard.hosts, [last], 'what worked is asked first');
    assert.deepEqual(heard.errors, []);
    await visitor.page.context().close();
  }
  for (const host of [dead, hanging, wrong]) host.close();
}

async function nobodyThere(
  { urls }: Installation,
  browser: Browser,
  pages: SitePages,
): Promise<void> {
  step('no script host answers, until one comes back');
  const [dead, hanging] = [await deadHost(), await hangingHost()];
  const { visitor, heard } = await newPage(browser);
  const { html } = pages.snippet({
    deployments: { primary: [hanging.url], redundant: [dead.url] },
  });
  // The snippet asks others for the script than the widget asks for chats: here only the script is to be had late.
  pages.put(`${html}<script>Holdfast.facts.deployments = ${JSON.stringify(urls)};</script>`);
  await visitor.page.goto(pages.origin);
  const { page } = visitor;
  await page.waitForEvent('console', (message) => message.text().includes('asked for again'));
  assert.equal(await widgets(page), 0);
  const back = await dead.comeBack();
  await page.getByRole('button', { name: 'Chat with us' }).waitFor();
  await chats(visitor, 'At last');
  assert.deepEqual(heard.errors, []);
  await page.context().close();
  for (const host of [hanging, back]) host.close();
}

async function lateScript(
  { urls }: Installation,
  browser: Browser,
  pages: SitePages,
): Promise<void> {
  step('the first script comes when the second one runs already');
  const late = await lateHost();
  const { visitor, heard } = await newPage(browser);
  pages.put(
    pages.snippet({ deployments: { primary: [late.url], redundant: urls.redundant } }).html,
  );
  await visitor.open(pages.origin);
  const arrived = visitor.page.waitForResponse((response) => response.url().startsWith(late.url));
  late.answer();
  await (await arrived).finished();
  await chats(visitor, 'Once');
  assert.equal(await widgets(visitor.page), 1);
  assert.deepEqual(heard.errors, []);
  await visitor.page.context().close();
  late.close();
}

async function twice(browser: Browser, pages: SitePages): Promise<void> {
  const { html } = pages.snippet();
  for (const [words, second, complaint] of [
    ['the same snippet stands in the page twice', html, null],
    ['two sites on one page', pages.snippet({}, 'other').html, /that of "other" is refused/],
    [
      'two installations on one page',
      pages.snippet({ moderators: [] }).html,
      /another server.*this one is refused/,
    ],
  ] as const) {
    step(words);
    const { visitor, heard } = await newPage(browser);
    pages.put(html + second);
    await visitor.open(pages.origin);
    await chats(visitor, 'Only one of me');
    assert.equal(await widgets(visitor.page), 1);
    assert.equal(heard.hosts.length, 1);
    assert.equal(heard.errors.length, complaint ? 1 : 0, heard.errors.join('\n'));
    if (complaint) assert.match(heard.errors[0] ?? '', complaint);
    await visitor.page.context().close();
  }
}

async function asked(browser: Browser, pages: SitePages): Promise<void> {
  step('calls from before the widget is there are kept and carried out');
  const { visitor, heard } = await newPage(browser);
  const { page } = visitor;
  // Whatever looks into the page from outside counts as a person's click there.
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } }),
  );
  pages.put(`${pages.snippet().html}<script>
    window.told = [];
    for (const event of ['ready', 'open', 'close', 'unread'])
      Holdfast('on', event, (value) => told.push(value === undefined ? event : event + ' ' + value));
    Holdfast('identify', { name: 'Vera Lindqvist' });
    Holdfast('open');
  </script>`);
  await page.goto(pages.origin);
  await visitor.composer.waitFor();
  await page.waitForFunction(() => (window as unknown as Told).told.includes('ready'));
  assert.equal(
    await page.evaluate(() => document.activeElement === document.body),
    true,
    'who calls without a person asking does not take the keyboard',
  );
  await visitor.composer.fill('Good evening');
  await visitor.composer.press('Enter');
  await page.getByRole('img', { name: 'kept in both data centres' }).waitFor();

  step('later calls too');
  await page.evaluate(() => window.Holdfast?.('close'));
  await visitor.composer.waitFor({ state: 'detached' });
  assert.deepEqual(await page.evaluate(() => (window as unknown as Told).told), [
    'unread 0',
    'open',
    'ready',
    'close',
  ]);
  assert.deepEqual(heard.errors, []);

  step('a call that cannot be meant is said to be one, and breaks nothing');
  await page.evaluate(() => {
    window.Holdfast?.('dance');
    window.Holdfast?.('boot', { site: 'Not A Site' });
    window.Holdfast?.('identify', { name: 7 });
    window.Holdfast?.('on', 'rain', () => {});
    window.Holdfast?.('on', 'open', 'no function');
    window.Holdfast?.('on', 'ready', () => {
      throw new Error('from the listener');
    });
    window.Holdfast?.('off', 'ready');
    window.Holdfast?.();
    window.Holdfast?.('open');
  });
  await visitor.composer.waitFor();
  for (const said of ['"dance"', '"Not A Site"', 'name', '"rain"', '"no function"', 'listener'])
    assert.match(heard.errors.join('\n'), new RegExp(said));
  heard.errors.length = 0;

  step('shutdown takes it off the page, boot brings it back with its chat');
  await page.evaluate(() => window.Holdfast?.('shutdown'));
  await page.locator('#holdfast').waitFor({ state: 'detached' });
  await page.evaluate(() => window.Holdfast?.('boot', { site: 'shop' }));
  await page.getByRole('log').getByText('Good evening').waitFor();

  step('clear forgets the visitor, here and in another tab');
  const tab = await page.context().newPage();
  await tab.goto(pages.origin);
  await tab.getByRole('log').getByText('Good evening').waitFor();
  const who = await storedNames(page);
  await page.evaluate(() => window.Holdfast?.('clear'));
  await tab.locator('#holdfast').waitFor({ state: 'detached' });
  await page.waitForFunction(async () => {
    const databases = await indexedDB.databases();
    return databases.every(({ name }) => name === 'holdfast-vault');
  });
  await page.reload();
  await visitor.composer.waitFor();
  assert.deepEqual(await visitor.texts(), []);
  assert.notDeepEqual(await storedNames(page), who);
  assert.deepEqual(heard.errors, []);
  await page.context().close();
}

async function bothUnreachable(
  { primary, redundant }: Installation,
  browser: Browser,
  pages: SitePages,
): Promise<void> {
  step(
    'a page that is loaded while both data centres are dead has its chat, and keeps what is written',
  );
  const { visitor } = await newPage(browser);
  const { page } = visitor;
  pages.put(pages.snippet().html);
  await visitor.open(pages.origin);
  await chats(visitor, 'Good evening');
  await Promise.all([primary.program.kill(), redundant.program.kill()]);
  await page.reload();
  await visitor.composer.fill('Is anybody there?');
  await visitor.composer.press('Enter');
  await page.getByRole('img', { name: 'Waiting to be sent' }).waitFor();
  await page.reload();
  await page.getByText('Is anybody there?').waitFor();
  for (const { program } of [primary, redundant]) program.start();
  await page
    .locator('.message', { hasText: 'Is anybody there?' })
    .getByRole('img', { name: 'kept in both data centres' })
    .waitFor();
  assert.deepEqual(await visitor.texts(), ['Good evening', 'Is anybody there?']);
  await page.context().close();
}

interface Told {
  readonly told: string[];
}

/** The databases of this page: one carries the visitor's name. */
function storedNames(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort());
}

function step(words: string): void {
  console.log(`loader: ${words}`);
}

await toTheEnd(main);
