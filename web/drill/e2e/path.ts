// The whole path of two operators and their visitors in Chromium, with Primary killed at each step: sign-in, first message, typing, transfer,
// a message left while nobody is there, settings, search. Afterwards all screens show the same, and nobody was shown a failure.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { makeFault } from '../src/faults.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { repository } from '../src/paths.ts';
import { pause } from '../src/process.ts';
import { launchOptions } from './chromium.ts';
import { OperatorPage, VisitorPage } from './pages.ts';
import { becomes, PATIENCE_MS } from './patience.ts';
import { seenBy, watchEverything } from './watch.ts';

const shots = join(repository, 'build/e2e');

async function main(): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const installation = await install({ moderator: true, operators: 2 });
  const browser = await chromium.launch(launchOptions);
  const began = performance.now();
  try {
    await new Path(installation, browser).walk();
    const s = Math.round((performance.now() - began) / 1_000);
    console.log(`path passed: Primary died at every step, nobody noticed (${s} s)`);
  } catch (error) {
    for (const [i, context] of browser.contexts().entries())
      for (const page of context.pages())
        await page.screenshot({ path: join(shots, `path-stuck-${i}.png`) });
    throw error;
  } finally {
    await browser.close();
    await installation.close();
  }
}

class Path {
  readonly #installation: Installation;
  readonly #browser: Browser;
  /** Every page that nothing of a failure may be seen on. */
  readonly #watched: { page: Page; who: string }[] = [];
  /** What is said there on purpose. */
  readonly #excepted = new Map<Page, RegExp>();

  constructor(installation: Installation, browser: Browser) {
    this.#installation = installation;
    this.#browser = browser;
  }

  async walk(): Promise<void> {
    const anna = new OperatorPage(await this.#page('the first operator'));
    const bert = new OperatorPage(await this.#page('the second operator'));
    const vera = new VisitorPage(await this.#page('the visitor'));
    const said: string[] = [];

    await this.#signIn(anna, bert);
    await this.#firstMessage(vera, anna, said);
    await this.#typing(vera, anna, said);
    await this.#transfer(vera, anna, bert, said);
    await this.#left(anna, bert);
    await this.#settings(anna);
    await this.#search(anna, bert, said);

    step('both data centres hold the same');
    await until('verify finds no difference', () => this.#installation.identical());
  }

  async #signIn(anna: OperatorPage, bert: OperatorPage): Promise<void> {
    step('Primary dies while an operator types the password');
    const [first, second] = this.#installation.signIns;
    assert(first && second);
    await bert.signIn(this.#console, second);
    await anna.page.goto(this.#console);
    await shellIsKept(anna.page);
    await anna.page.getByLabel('Site').fill(first.site);
    await anna.page.getByLabel('Operator').fill(first.operator);
    await anna.page.getByLabel('Password').fill(first.password);
    await this.#whilePrimaryIsDead(async () => {
      await anna.page.getByRole('button', { name: 'Sign in' }).click();
      await anna.page.getByRole('button', { name: 'Sign out' }).waitFor();
      await anna.page.reload();
      await anna.page.getByRole('button', { name: 'Sign out' }).waitFor();
    });
  }

  async #firstMessage(vera: VisitorPage, anna: OperatorPage, said: string[]): Promise<void> {
    step('Primary dies before the first message');
    await vera.open(this.#installation.origin);
    await vera.openChat();
    await vera.composer.fill('Good evening');
    await this.#whilePrimaryIsDead(async () => {
      await vera.composer.press('Enter');
      said.push('Good evening');
      await anna.acceptFirst();
      await this.#say(anna, 'Good evening! How can I help?', said);
      await this.#allShow([vera.page, anna.page], said);
    });
  }

  async #typing(vera: VisitorPage, anna: OperatorPage, said: string[]): Promise<void> {
    step('Primary dies while both type');
    await vera.composer.pressSequentially('Does the storm');
    await anna.page.getByRole('main').getByText('is typing').waitFor();
    await anna.composer.pressSequentially('We have');
    await this.#whilePrimaryIsDead(async () => {
      await vera.composer.pressSequentially(' light burn under water?');
      await anna.composer.pressSequentially(' a new one');
      await vera.page.getByText('is typing').first().waitFor({ state: 'attached' });
      await vera.composer.press('Enter');
      await anna.composer.press('Enter');
      await until('both see both', async () => (await vera.texts()).length === said.length + 2);
      said.push(...(await vera.texts()).slice(said.length));
      assert.deepEqual(said.slice(-2).toSorted(), [
        'Does the storm light burn under water?',
        'We have a new one',
      ]);
      await this.#allShow([vera.page, anna.page], said);
    });
  }

  async #transfer(
    vera: VisitorPage,
    anna: OperatorPage,
    bert: OperatorPage,
    said: string[],
  ): Promise<void> {
    step('Primary dies while the chat is given to a colleague');
    await anna.page.keyboard.press('Alt+t');
    const dialog = anna.page.getByRole('dialog');
    await dialog.getByRole('combobox').fill('operator 2');
    await dialog.getByLabel('Note for them').fill('Knows about lamps that burn under water?');
    await this.#whilePrimaryIsDead(async () => {
      await dialog.getByRole('button', { name: /^Transfer to/ }).click();
      await anna.page.getByText('has the chat now').waitFor();
      await bert.page
        .getByRole('button', { name: /Visitor/ })
        .first()
        .click();
      await bert.page.getByRole('log').getByText('Knows about lamps').waitFor();
      await this.#say(bert, 'Only above it, but in any storm.', said);
      await becomes(() => vera.texts(), said, 'the visitor sees the answer');
      await vera.composer.fill('Then I will take two.');
      await vera.composer.press('Enter');
      said.push('Then I will take two.');
      await this.#allShow([vera.page], said);
      await becomes(() => this.#shownToColleague(bert), said, "the colleague's screen");
    });
  }

  async #left(anna: OperatorPage, bert: OperatorPage): Promise<void> {
    step('Primary dies while a message is left, with nobody there');
    for (const { page } of [anna, bert]) await page.getByRole('radio', { name: 'Away' }).check();
    const otto = new VisitorPage(await this.#page('the visitor who leaves a message', /offline/));
    await otto.open(this.#installation.origin);
    await otto.openForm();
    await otto.field('Your name').fill('Otto');
    await otto.field('Your e-mail').fill('otto@example.org');
    await otto.field('Your message').fill('Do you deliver to the islands?');
    const said = ['Do you deliver to the islands?'];
    await this.#whilePrimaryIsDead(async () => {
      await otto.leave();
      await anna.page.getByRole('radio', { name: 'Online' }).check();
      await anna.page.getByRole('heading', { name: 'Messages left' }).getByText('1').waitFor();
      await anna.page.getByRole('button', { name: /Otto/ }).click();
      await anna.page.getByRole('link', { name: 'otto@example.org' }).first().waitFor();
      await anna.page.getByRole('button', { name: 'Answer here' }).click();
      await this.#say(anna, 'Every Tuesday, by boat.', said);
      await this.#allShow([otto.page, anna.page], said);
    });
    await anna.page.getByRole('button', { name: 'Close chat' }).click();
    await anna.page.getByRole('button', { name: 'Yes, close it' }).click();
    await anna.page.getByRole('heading', { name: 'Closed recently' }).waitFor();
    await bert.page.getByRole('radio', { name: 'Online' }).check();
  }

  async #settings(anna: OperatorPage): Promise<void> {
    step('Primary dies while the settings are saved');
    const { page } = anna;
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Site' }).click();
    const form = page.getByRole('form', { name: 'What visitors see' });
    await form.getByLabel('Name', { exact: true }).fill('Harbour Lamps');
    await form.getByLabel('Greeting').fill('Ahoy! What may we light for you?');
    await this.#whilePrimaryIsDead(
      async () => {
        await form.getByRole('button', { name: 'Save' }).click();
        await form.getByText('Saved in one data centre').waitFor();
        await page.reload();
        await until(
          'the reloaded page has the new name',
          async () =>
            (await form.getByLabel('Name', { exact: true }).inputValue()) === 'Harbour Lamps',
        );
        await form.getByLabel('Text while nobody is there').fill('We are at sea.');
        await form.getByRole('button', { name: 'Save' }).click();
        await form.getByText('Saved in one data centre').waitFor();
        await page.getByRole('link', { name: 'You', exact: true }).click();
        const password = page.getByRole('form', { name: 'Your password' });
        await password.getByLabel('New password').fill('a-password-for-stormy-days');
        await password.getByLabel('Once more').fill('a-password-for-stormy-days');
        await password.getByRole('button', { name: 'Change password' }).click();
        await password.getByText('Saved in one data centre').waitFor();
        await until(
          'the new password has made a new session',
          async () => (await password.getByLabel('Once more').inputValue()) === '',
        );
        assert.equal(await page.getByText('Your session has ended').count(), 0);
        await page.getByRole('link', { name: 'Site', exact: true }).click();
      },
      () => form.getByText('Saved in both data centres').waitFor(),
    );
    const una = new VisitorPage(await this.#page('a new visitor'));
    await una.open(this.#installation.origin);
    await una.openChat();
    await una.page.getByText('Ahoy! What may we light for you?').waitFor();
    await page.getByRole('link', { name: '‹ Chats' }).click();
  }

  async #search(anna: OperatorPage, bert: OperatorPage, said: readonly string[]): Promise<void> {
    step('Primary dies while somebody searches');
    const { page } = anna;
    await page.getByRole('searchbox').fill('stor');
    await page.locator('mark').getByText('stor').first().waitFor();
    await this.#whilePrimaryIsDead(async () => {
      await page.getByRole('searchbox').fill('island');
      const otto = page.getByRole('button', { name: /Otto/ });
      await otto.getByText('island').waitFor();
      await otto.click();
      await this.#allShow([page], ['Do you deliver to the islands?', 'Every Tuesday, by boat.']);
      await page.getByText('This chat is closed').waitFor();
    });
    await page.getByRole('searchbox').press('Escape');
    await becomes(() => this.#shownToColleague(bert), said, "the colleague's screen, at the end");
  }

  // ---- helpers ----

  get #console(): string {
    return `${this.#installation.consoleOrigin}/console/`;
  }

  async #page(who: string, except?: RegExp): Promise<Page> {
    const context: BrowserContext = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
    });
    await watchEverything(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    this.#watched.push({ page, who: except ? `${who} (${except.source})` : who });
    if (except) this.#excepted.set(page, except);
    return page;
  }

  /** `afterwards`: what is waited for once Primary is back. */
  async #whilePrimaryIsDead(
    work: () => Promise<void>,
    afterwards?: () => Promise<void>,
  ): Promise<void> {
    const fault = makeFault('kill', this.#installation.primary);
    await fault.inflict();
    await work();
    await this.#nothingSeen();
    await fault.repair();
    await afterwards?.();
    await this.#nothingSeen();
  }

  async #nothingSeen(): Promise<void> {
    for (const { page, who } of this.#watched) {
      if (page.url() === 'about:blank') continue;
      const except = this.#excepted.get(page);
      const seen = (await seenBy(page)).filter((one) => !except?.test(one));
      assert.deepEqual(seen, [], `${who} was shown a failure`);
    }
  }

  /** But for the note that came with the chat. */
  async #shownToColleague(bert: OperatorPage): Promise<string[]> {
    return (await bert.texts()).filter((text) => !text.startsWith('Knows about'));
  }

  async #say(by: OperatorPage, text: string, said: string[]): Promise<void> {
    await by.composer.fill(text);
    await by.composer.press('Enter');
    said.push(text);
  }

  async #allShow(pages: readonly Page[], said: readonly string[]): Promise<void> {
    for (const page of pages) {
      await becomes(() => page.getByRole('log').locator('.text').allTextContents(), said);
    }
  }
}

/** From then on the page is there whatever becomes of its host. */
async function shellIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > limit) assert.fail(`not so after ${PATIENCE_MS} ms: ${what}`);
    await pause(50);
  }
}

function step(words: string): void {
  console.log(`path: ${words}`);
}

await toTheEnd(main);
