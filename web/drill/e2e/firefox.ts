// The essential path in Firefox, over WebDriver BiDi: a visitor writes, an operator answers, Primary dies, both go on, and both screens show
// the same. Everything else about the pages is tried in Chromium.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { toTheEnd } from '../src/end.ts';
import { makeFault } from '../src/faults.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { repository } from '../src/paths.ts';
import { pause } from '../src/process.ts';
import { PATIENCE_MS } from './patience.ts';

const shots = join(repository, 'build/e2e');

async function main(): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const installation = await install({ moderator: true, operators: 1 });
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.HOLDFAST_FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { 'network.proxy.type': 0 },
  });
  try {
    console.log(`firefox: ${await browser.version()}`);
    await essentials(installation, browser);
    console.log('firefox passed: the chat went on without Primary, and both screens are whole');
  } catch (error) {
    for (const [i, page] of (await browser.pages()).entries())
      await page.screenshot({ path: join(shots, `firefox-stuck-${i}.png`) });
    throw error;
  } finally {
    await browser.close();
    await installation.close();
  }
}

async function essentials(installation: Installation, browser: Browser): Promise<void> {
  const said: string[] = [];
  const visitor = await newPage(browser);
  const operator = await newPage(browser);
  const say = async (page: Page, label: string, text: string) => {
    await type(page, label, text);
    await page.keyboard.press('Enter');
    said.push(text);
    await bothShow(visitor, operator, said);
  };
  const visitorSays = (text: string) => say(visitor, 'Your message', text);
  const operatorSays = (text: string) => say(operator, 'Your answer', text);

  step('an operator signs in, a visitor opens the chat and writes');
  await signIn(operator, installation);
  await visitor.goto(installation.origin);
  await press(visitor, 'button[aria-label^="Chat with us"]');
  await type(visitor, 'Your message', 'Good evening');
  await visitor.keyboard.press('Enter');
  said.push('Good evening');

  step('the operator answers');
  await press(operator, 'button[aria-label^="Accept"]');
  await bothShow(visitor, operator, said);
  await operatorSays('Good evening! How can I help?');
  await visitorSays('Does the storm light burn under water?');

  step('Primary dies; both go on');
  const fault = makeFault('kill', installation.primary);
  await fault.inflict();
  await visitorSays('I would take two.');
  await operatorSays('Only above it, but in any storm.');

  step('both reload while Primary is dead');
  await visitor.reload();
  await operator.reload();
  await bothShow(visitor, operator, said);
  await operatorSays('Shall I put them aside?');

  step('Primary comes back');
  await fault.repair();
  await visitorSays('Yes please.');
  await visitor.screenshot({ path: join(shots, 'firefox-visitor.png') });
  await operator.screenshot({ path: join(shots, 'firefox-operator.png') });
}

async function newPage(browser: Browser): Promise<Page> {
  // A window each: a tab behind another one is hidden, and rests as it should.
  const page = await browser.newPage({ type: 'window' });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setViewport({ width: 1280, height: 800 });
  return page;
}

async function signIn(page: Page, { consoleOrigin, signIns }: Installation): Promise<void> {
  const [who] = signIns;
  assert(who);
  await page.goto(`${consoleOrigin}/console/`);
  for (const [name, value] of Object.entries(who))
    await page.locator(`input[name=${name}]`).fill(value);
  await press(page, '.sign-in button');
  await page.locator('.console').wait();
}

/** The first that fits, into shadow roots too. */
async function press(page: Page, selector: string): Promise<void> {
  await page.locator(`>>> ${selector}`).click();
}

/** Into shadow roots, too. */
async function type(page: Page, label: string, text: string): Promise<void> {
  await page.locator(`>>> textarea[aria-label="${label}"]`).fill(text);
}

async function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const roots = [document, document.querySelector('#holdfast')?.shadowRoot];
    return roots
      .flatMap((root) => [...(root?.querySelectorAll('[role=log] .text') ?? [])])
      .map((element) => element.textContent ?? '');
  });
}

async function bothShow(visitor: Page, operator: Page, said: readonly string[]): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = [await texts(visitor), await texts(operator)];
    if (seen.every((one) => one.join('\n') === said.join('\n'))) return;
    if (performance.now() > limit) {
      await visitor.screenshot({ path: join(shots, 'firefox-failed-visitor.png') });
      await operator.screenshot({ path: join(shots, 'firefox-failed-operator.png') });
      assert.deepEqual(seen, [said, said]);
    }
    await pause(50);
  }
}

function step(words: string): void {
  console.log(`firefox: ${words}`);
}

await toTheEnd(main);
