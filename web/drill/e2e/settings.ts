// The settings in the browser, and what the roles may do; two people at once; passwords; a browser that keeps nothing, or has no room; and a
// shared computer, on which the next person finds nothing of the one before.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from '@holdfast/core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { repository } from '../src/paths.ts';
import { pause } from '../src/process.ts';
import { launchOptions } from './chromium.ts';
import { inBothSchemes } from './looking.ts';
import { OperatorPage, VisitorPage } from './pages.ts';
import { PATIENCE_MS } from './patience.ts';
import { visitorOf } from './people.ts';

const shots = join(repository, 'build/e2e');
const SECRET_WORDS = 'the lighthouse key is under the third stone';

async function main(): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const installation = await install({ moderator: true, operators: 2 });
  const browser = await chromium.launch(launchOptions);
  try {
    await twoAtOnce(installation, browser);
    await people(installation, browser);
    await webhooks(installation, browser);
    await visitorsYouKnow(installation, browser);
    await withoutRoom(installation, browser);
    await sharedComputer(installation, browser);
    console.log(
      'settings passed: site, operators, webhooks, identity, passwords, no room, sign-out',
    );
  } catch (error) {
    for (const [i, context] of browser.contexts().entries())
      for (const page of context.pages())
        await page.screenshot({ path: join(shots, `settings-stuck-${i}.png`) });
    throw error;
  } finally {
    await browser.close();
    await installation.close();
  }
}

async function twoAtOnce(installation: Installation, browser: Browser): Promise<void> {
  step('a wrong value is told of at its field, and nothing is written');
  const anna = await at(installation, browser, 0);
  await settings(anna, 'Site');
  const rules = anna.getByRole('form', { name: 'Where, and for how long' });
  const origins = rules.getByLabel('Web addresses of your pages');
  const before = await origins.inputValue();
  await origins.fill(`${before}\nhttps://shop.example/`);
  await rules.getByText('Line 2: browsers send https://shop.example').waitFor();
  await rules.getByRole('button', { name: 'Save' }).click();
  assert.equal(await origins.getAttribute('aria-invalid'), 'true');
  assert.equal(await origins.evaluate((field) => field === document.activeElement), true);

  step('what was typed outlives a reload; saved, it is in both data centres');
  await anna.reload();
  await rules.getByText('Line 2: browsers send').waitFor();
  await origins.fill(`${before}\nhttps://shop.example`);
  await rules.getByRole('button', { name: 'Save' }).click();
  await rules.getByText('Saved in both data centres').waitFor();

  step('two people change one field: both values stand there to choose from');
  const texts = (page: Page) => page.getByRole('form', { name: 'What visitors see' });
  const bert = await at(installation, browser, 0);
  await settings(bert, 'Site');
  const name = texts(anna).getByLabel('Name', { exact: true });
  await name.fill('Lamps by Anna');
  await texts(bert).getByLabel('Name', { exact: true }).fill('Lamps by Bert');
  await texts(bert).getByRole('button', { name: 'Save' }).click();
  await texts(anna).getByText('changed this meanwhile').waitFor();
  assert.equal(await name.inputValue(), 'Lamps by Anna');
  await texts(anna).getByRole('button', { name: 'Keep mine' }).click();
  await texts(anna).getByRole('button', { name: 'Save' }).click();
  await until(
    'the other console shows it',
    async () =>
      (await texts(bert).getByLabel('Name', { exact: true }).inputValue()) === 'Lamps by Anna',
  );
  await close(anna, bert);
}

async function people(installation: Installation, browser: Browser): Promise<void> {
  step('an owner adds a supervisor, who sees what supervisors may change');
  const anna = await at(installation, browser, 0);
  await settings(anna, 'Operators');
  await anna.getByRole('button', { name: 'Add an operator' }).click();
  const form = anna.getByRole('form', { name: 'New operator' });
  await form.getByLabel('Name').fill('Sue');
  await form.getByLabel('Signs in as').fill('Sue');
  await form.getByRole('button', { name: 'Add' }).click();
  await form.getByText('Small letters, digits and hyphens, at most 32').waitFor();
  await form.getByLabel('Signs in as').fill('sue');
  await form.getByLabel('Role').selectOption('supervisor');
  await form.getByLabel('First password').fill('three-blind-lamps');
  await form.getByRole('button', { name: 'Add' }).click();
  const made = anna.getByRole('region', { name: 'The new operator' });
  await made.getByText('Saved in both data centres').waitFor();
  await made.getByRole('button', { name: 'I have passed it on' }).click();
  const context = await browser.newContext();
  const sue = await signedIn(context, installation, 'sue', 'three-blind-lamps');
  await settings(sue, 'Site');
  await sue.getByText('is changed by admins and owners').waitFor();
  assert.equal(await sue.getByRole('link', { name: 'Operators' }).count(), 0);

  step('a role that is taken away is gone from the screen at once');
  const row = anna.getByRole('listitem').filter({ hasText: 'Sue' });
  await row.getByRole('combobox').selectOption('operator');
  await sue.getByRole('link', { name: 'Site' }).waitFor({ state: 'detached' });
  await sue.getByText('This page is not for your role').waitFor();

  step('a new password of one’s own asks for nothing, and ends other sessions');
  const elsewhere = await signedIn(
    await browser.newContext(),
    installation,
    'sue',
    'three-blind-lamps',
  );
  await settings(sue, 'You');
  const password = sue.getByRole('form', { name: 'Your password' });
  await password.getByLabel('New password').fill('four-bright-lamps');
  await password.getByLabel('Once more').fill('four-bright-lamp');
  await password.getByRole('button', { name: 'Change password' }).click();
  await password.getByText('These two differ').waitFor();
  await password.getByLabel('Once more').fill('four-bright-lamps');
  await password.getByRole('button', { name: 'Change password' }).click();
  await elsewhere.getByText('Your session has ended').waitFor();
  await password.getByText('Saved in').waitFor();
  await until(
    'the fields are empty',
    async () => (await password.getByLabel('Once more').inputValue()) === '',
  );
  // Her own session is renewed with the new password; the old one may be ended a moment before.
  await until(
    'her own session goes on',
    async () => (await sue.getByText('Your session has ended').count()) === 0,
  );

  step('who is switched off is signed out, and cannot sign in');
  await row.getByRole('button', { name: 'Switch off' }).click();
  await row.getByText('switched off').waitFor();
  await sue.getByText('Your session has ended').waitFor();
  await sue.getByLabel('Password of sue').fill('four-bright-lamps');
  await sue.getByRole('button', { name: 'Sign in again' }).click();
  await sue.getByRole('alert').waitFor();

  step('the last owner stays one');
  const me = anna.getByRole('listitem').filter({ hasText: 'This is you' });
  assert.equal(await me.getByRole('combobox').isDisabled(), true);
  await close(anna, sue, elsewhere);
}

async function webhooks(installation: Installation, browser: Browser): Promise<void> {
  step('a webhook is made; its secret is shown once');
  const anna = await at(installation, browser, 0);
  await settings(anna, 'Webhooks');
  await anna.getByRole('button', { name: 'Add a webhook' }).click();
  const form = anna.getByRole('form', { name: 'New webhook' });
  await form.getByLabel('URL').fill('http://example.org/hook');
  await form.getByRole('button', { name: 'Add' }).click();
  await form.getByText('It begins with https://').waitFor();
  await form.getByLabel('URL').fill('https://example.org/hook');
  await form.getByRole('button', { name: 'Add' }).click();
  const made = anna.getByRole('region', { name: 'The new webhook' });
  await made.getByText('Saved in both data centres').waitFor();
  const secret = (await made.locator('pre').textContent()) ?? '';
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  await made.getByRole('button', { name: 'I have kept the secret' }).click();
  await anna.reload();
  await anna.getByRole('form', { name: 'Webhook to https://example.org/hook' }).waitFor();
  assert.equal((await stored(anna)).includes(secret), false, 'the secret is kept nowhere');

  step('the snippet stands there to copy, with the policy that it needs');
  await settings(anna, 'Snippet');
  await anna.getByRole('region', { name: 'snippet' }).getByText('<script>').waitFor();
  await anna.getByText("script-src 'sha256-").waitFor();
  await close(anna);
}

async function visitorsYouKnow(installation: Installation, browser: Browser): Promise<void> {
  step('the identity key is made; it is shown once');
  const anna = await at(installation, browser, 0);
  await settings(anna, 'Site');
  const part = anna.getByRole('region', { name: 'Visitors you know' });
  await part.getByRole('button', { name: 'Make a key' }).click();
  await part.getByText('Saved in both data centres').waitFor();
  const key = (await part.locator('pre').textContent()) ?? '';
  assert.match(key, /^idk_[A-Za-z0-9_-]{43}$/);
  await inBothSchemes(anna, 'settings-identity');
  await anna.reload();
  await part.getByRole('button', { name: 'Replace the key' }).waitFor();
  assert.equal((await anna.content()).includes(key), false, 'the key is shown again');
  assert.equal((await stored(anna)).includes(key), false, 'the key is kept nowhere');
  await anna.getByRole('link', { name: '‹ Chats' }).click();

  step('whom the site vouches for has a mark beside the name');
  const vera = { sub: 'cust-17', name: 'Vera Lindqvist', email: 'vera@example.com' };
  const { visitor, errors } = await identified(installation, browser, tokenOf(vera, key));
  await anna.getByRole('button', { name: 'Accept Vera Lindqvist' }).click();
  const facts = anna.getByRole('complementary', { name: 'Visitor' });
  await facts.getByText('Verified: cust-17').waitFor();
  await facts.getByText('vera@example.com').waitFor();
  await anna.getByRole('main').getByText('Verified: cust-17').waitFor();
  await inBothSchemes(anna, 'console-verified');

  step('a token that says somebody else counts at once; the same again changes nothing');
  const doctor = { ...vera, name: 'Dr. Lindqvist' };
  for (let i = 0; i < 3; i++)
    await visitor.page.evaluate(
      (token) => window.Holdfast?.('identify', { token }),
      tokenOf(doctor, key),
    );
  await anna.getByRole('heading', { name: 'Dr. Lindqvist' }).first().waitFor();
  await visitor.composer.fill('Here is the doctor');
  await visitor.composer.press('Enter');
  const log = anna.getByRole('log');
  await log.getByText('Here is the doctor').waitFor();
  assert.equal(await log.getByText('is vouched for by your site').count(), 2);
  assert.deepEqual(errors, []);

  step('a wrong signature is told on the page’s console, and the chat goes on without a mark');
  const forged = tokenOf({ ...vera, sub: 'cust-1', name: 'The director' }, `idk_${'A'.repeat(43)}`);
  const mallory = await identified(installation, browser, forged);
  await until('the page is told', async () => mallory.errors.length > 0);
  assert.deepEqual(mallory.errors, ['Holdfast: identify: signature does not match']);
  await mallory.visitor.composer.fill('And now?');
  await mallory.visitor.composer.press('Enter');
  await mallory.visitor.page
    .getByRole('img', { name: 'kept in both data centres' })
    .nth(1)
    .waitFor();
  await anna.getByRole('button', { name: /^Accept / }).click();
  await log.getByText('And now?').waitFor();
  assert.equal(await anna.getByText('Verified').count(), 0);
  assert.equal(await anna.getByText('The director').count(), 0);

  for (const page of [visitor.page, mallory.visitor.page]) await page.context().close();
  for (const name of ['Dr. Lindqvist', /^Visitor /]) {
    await anna.getByRole('button', { name }).first().click();
    await anna.getByRole('button', { name: 'Close chat' }).click();
    await anna.getByRole('button', { name: 'Yes, close it' }).click();
    await anna.getByText('This chat is closed').waitFor();
  }
  await close(anna);
}

/** As docs/embedding.md says to make it. */
function tokenOf(person: object, key: string): string {
  const part = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...person, aud: 'shop', iat: now, exp: now + 3600 };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** A visitor who said hello on a page that was given this token, and what that page's console was told. */
async function identified(
  { origin }: Installation,
  browser: Browser,
  token: string,
): Promise<{ visitor: VisitorPage; errors: string[] }> {
  const visitor = new VisitorPage(await (await browser.newContext()).newPage());
  const { page } = visitor;
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await visitor.open(origin);
  await page.evaluate((token) => window.Holdfast?.('identify', { token }), token);
  await visitor.openChat();
  await visitor.composer.fill('Hello');
  await visitor.composer.press('Enter');
  await page.getByRole('img', { name: 'kept in both data centres' }).first().waitFor();
  return { visitor, errors };
}

async function withoutRoom(installation: Installation, browser: Browser): Promise<void> {
  step('storage that is blocked, or full, is told of in the line at the bottom; the console works');
  for (const break_ of [blockStorage, fillStorage]) {
    const context = await browser.newContext();
    await context.addInitScript(break_);
    const page = await signedIn(context, installation, 'operator-1', 'correct-horse-1');
    const visitor = visitorOf(installation);
    await visitor.start();
    const chat = visitor.openChat({ name: 'Nora' });
    visitor.send(chat, 'Anybody there?');
    await page.getByRole('button', { name: 'Accept Nora' }).click();
    const operator = new OperatorPage(page);
    await operator.composer.fill('Always.');
    await operator.composer.press('Enter');
    await page.locator('[data-state=safe]').first().waitFor();
    await page.getByText('keeps nothing over a reload').waitFor();
    await page.getByRole('button', { name: 'Close chat' }).click();
    await page.getByRole('button', { name: 'Yes, close it' }).click();
    await page.getByText('This chat is closed').waitFor();
    visitor.close();
    await context.close();
  }
}

/** Run in the page before anything else. */
function blockStorage(): void {
  const blocked = {
    get(): never {
      throw new DOMException('blocked', 'SecurityError');
    },
  };
  for (const name of ['indexedDB', 'localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, blocked);
}

function fillStorage(): void {
  const full = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  IDBObjectStore.prototype.put = full;
  Storage.prototype.setItem = full;
}

async function sharedComputer(installation: Installation, browser: Browser): Promise<void> {
  step('signing out ends the session, and leaves nothing of what was written');
  const context = await browser.newContext();
  const page = await signedIn(context, installation, 'operator-1', 'correct-horse-1');
  const visitor = visitorOf(installation);
  await visitor.start();
  const chat = visitor.openChat({ name: 'Mallory' });
  visitor.send(chat, SECRET_WORDS);
  await page.getByRole('button', { name: 'Accept Mallory' }).click();
  await page.getByRole('log').getByText(SECRET_WORDS).waitFor();
  const operator = new OperatorPage(page);
  await operator.composer.fill(`a draft about ${SECRET_WORDS}`);
  await page.getByRole('searchbox').fill('lighthouse');
  await page.locator('mark').first().waitFor();
  await settings(page, 'Site');
  await page.getByLabel('Greeting').fill(`typed: ${SECRET_WORDS}`);
  assert.equal((await stored(page)).includes(SECRET_WORDS), true, 'the look is blind');
  const [, token = ''] = /"token":"([^"]+)"/.exec(await stored(page)) ?? [];
  assert.equal(await codeFor(installation, token), 0, 'the session stands');
  await page.getByRole('link', { name: '‹ Chats' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign out' }).last().click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const left = await stored(page);
  for (const words of [SECRET_WORDS, 'Mallory', 'operator-1', 'lighthouse'])
    assert.equal(left.includes(words), false, `"${words}" is left in the browser`);
  assert.equal(await codeFor(installation, token), Code.revoked, 'the session has ended');

  step('the next person at the same computer finds nothing of the one before');
  await new OperatorPage(page).signIn(page.url(), signInOf(installation, 1));
  await page.getByRole('heading', { name: 'Waiting' }).waitFor();
  assert.equal(await page.getByText(SECRET_WORDS).count(), 0);
  assert.equal(await page.getByRole('searchbox').inputValue(), '');
  assert.equal((await stored(page)).includes(SECRET_WORDS), false);
  visitor.close();
  await context.close();
}

/** What a data centre says to who comes with this token; 0: it is good. */
async function codeFor({ urls }: Installation, token: string): Promise<number> {
  const response = await fetch(`${urls.primary[0]}/v1/password`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ password: 'long enough for anybody' }),
  });
  const { code = 0 } = (await response.json()) as { code?: number };
  return code;
}

/** In the page: everything that the browser keeps for this origin, as one text. */
function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const kept: string[] = [
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
    ];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const table of database.objectStoreNames) {
        const request = database.transaction(table).objectStore(table).getAll();
        const all = await new Promise<unknown[]>((resolve) => {
          request.onsuccess = () => resolve(request.result);
        });
        kept.push(name, JSON.stringify(all));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        kept.push(request.url, (await (await cache.match(request))?.text()) ?? '');
    }
    return [...kept, location.href].join('\n');
  });
}

// ---- helpers ----

async function at(installation: Installation, browser: Browser, who: number): Promise<Page> {
  const { operator, password } = signInOf(installation, who);
  return signedIn(await browser.newContext(), installation, operator, password);
}

async function signedIn(
  context: BrowserContext,
  { consoleOrigin, site }: Installation,
  operator: string,
  password: string,
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await new OperatorPage(page).signIn(`${consoleOrigin}/console/`, { site, operator, password });
  return page;
}

function signInOf({ signIns }: Installation, who: number) {
  const signIn = signIns[who];
  assert(signIn);
  return signIn;
}

async function settings(page: Page, title: string): Promise<void> {
  if (!page.url().includes('#/settings'))
    await page.getByRole('link', { name: 'Settings' }).click();
  await page
    .getByRole('navigation', { name: 'Settings' })
    .getByRole('link', { name: title })
    .click();
  await page.getByRole('heading', { name: title, level: 2 }).waitFor();
}

async function close(...pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > limit) assert.fail(`not so after ${PATIENCE_MS} ms: ${what}`);
    await pause(50);
  }
}

function step(words: string): void {
  console.log(`settings: ${words}`);
}

await toTheEnd(main);
