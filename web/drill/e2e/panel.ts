// The page of ./demo in Chromium: a visitor and an operator talk in its frames while every button is pressed, and each press says what people
// noticed. Then one Ctrl-C ends everything, also what is frozen.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Tell } from '@holdfast/panel';
import { chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { Panel } from '../src/panel/panel.ts';
import { repository } from '../src/paths.ts';
import { violationsOf } from './axe.ts';
import { launchOptions } from './chromium.ts';
import { becomes, PATIENCE_MS } from './patience.ts';

const shots = join(repository, 'build/e2e');
const desktop = { width: 1440, height: 900 };
const tablet = { width: 1024, height: 768 };
const phone = { width: 390, height: 780 };

async function main(): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const panel = await Panel.open(0);
  const browser = await chromium.launchPersistentContext(
    mkdtempSync(join(tmpdir(), 'holdfast-panel-')),
    { ...launchOptions, viewport: desktop },
  );
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  try {
    const demo = new DemoPage(page);
    await everyButton(panel, demo);
    await looks(demo);
    step('the demo ends, and the page says so');
    await panel.close();
    await page.getByText('The demo has ended.').waitFor();
    assert.equal(await page.locator('.buttons button:not([aria-disabled=true])').count(), 0);
    assert.deepEqual(problems, []);
  } catch (error) {
    await page.screenshot({ path: join(shots, 'panel-stuck.png') });
    throw error;
  } finally {
    await browser.close();
    await panel.close();
  }
  await oneCtrlC();
  console.log('panel passed: every button, what each says, its way back, its looks, and the end');
}

/** The page as somebody in front of it uses it. */
class DemoPage {
  readonly page: Page;
  readonly shop: FrameLocator;
  readonly console: FrameLocator;
  readonly said: string[] = [];

  constructor(page: Page) {
    this.page = page;
    this.shop = page.frameLocator('iframe[title^="The shop"]');
    this.console = page.frameLocator('iframe[title^="The console"]');
  }

  deployment(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Presses, and waits for what the page says that people noticed of it. */
  async press(name: string, says: RegExp): Promise<void> {
    const lines = this.page.locator('.record li', { hasText: says });
    const before = await lines.count();
    await this.button(name).click();
    await lines.nth(before).waitFor();
    const line = lines.first(); // the newest stands on top
    await line.locator('.noticed[data-open=false]').waitFor();
    const noticed = await line.locator('.noticed').innerText();
    assert.match(noticed, /^no message later than .* none lost, none doubled, none reordered$/);
  }

  async visitorSays(text: string): Promise<void> {
    const composer = this.shop.getByRole('textbox', { name: 'Your message' });
    await composer.fill(text);
    await composer.press('Enter');
    await this.#bothShow(text);
  }

  async operatorSays(text: string): Promise<void> {
    const composer = this.console.getByRole('textbox', { name: 'Your answer' });
    await composer.fill(text);
    await composer.press('Enter');
    await this.#bothShow(text);
  }

  async #bothShow(text: string): Promise<void> {
    this.said.push(text);
    for (const frame of [this.shop, this.console])
      await frame.getByRole('log').getByText(text, { exact: true }).waitFor();
  }
}

async function everyButton(panel: Panel, demo: DemoPage): Promise<void> {
  const { page, shop, console: desk } = demo;
  step('the page is there before anything runs');
  await page.goto(panel.url);
  await page.getByText('Starting both deployments').waitFor();
  const started = panel.start();
  await page.getByText('Primary is active, epoch 1').waitFor();
  await started;
  await page.getByText('Everything is up.').first().waitFor();

  step('the operator signs in with what stands beside the console');
  const help = page.locator('.sign-in');
  for (const [name, label] of [
    ['site', 'Site'],
    ['operator', 'Operator'],
    ['password', 'Password'],
  ] as const) {
    const shown = await help.locator('div', { hasText: name }).locator('code').innerText();
    await desk.getByLabel(label).fill(shown);
  }
  await help.getByRole('button', { name: 'copy password' }).click();
  await help.getByRole('button', { name: 'copied password' }).waitFor();
  await desk.getByRole('button', { name: 'Sign in' }).click();

  step('a visitor writes, and goes on to another page of the shop');
  await shop.getByRole('button', { name: /^Chat with us/ }).click();
  const composer = shop.getByRole('textbox', { name: 'Your message' });
  await composer.fill('Does the storm light burn under water?');
  await composer.press('Enter');
  demo.said.push('Does the storm light burn under water?');
  await desk
    .getByRole('button', { name: /^Accept/ })
    .first()
    .click();
  await demo.operatorSays('Only above it, but in any storm.');
  await composer.press('Escape');
  await shop.getByRole('link', { name: /^Storm light/ }).click();
  await shop.getByRole('heading', { name: 'Storm light', level: 1 }).waitFor();
  await shop.getByRole('button', { name: /^Chat with us/ }).click();
  await demo.visitorSays('Then I will take two.');

  step('the plug is pulled with the keyboard, and the keyboard stays where it is');
  await demo.button('Pull the plug on Primary').focus();
  await page.keyboard.press('Enter');
  await demo.deployment('Primary').getByText('dead', { exact: true }).waitFor();
  assert.equal(
    await page.evaluate(() => document.activeElement?.textContent),
    'Pull the plug on Primary',
  );
  await demo.operatorSays('Two are on their way.');
  await demo.visitorSays('Thank you!');
  for (const name of ['Pull the plug on Primary', 'Freeze it (Primary)', 'Cut it off (Primary)'])
    assert.equal(await demo.button(name).getAttribute('aria-disabled'), 'true', name);
  assert.equal(
    await demo.button('Switch for maintenance (Redundant)').getAttribute('aria-disabled'),
    'true',
  );
  await page.getByText('Redundant is active, epoch 2').waitFor();
  await page.screenshot({ path: join(shots, 'panel-dead.png') });

  step('a reload while Primary is dead shows everything again');
  await page.reload();
  await demo.operatorSays('Anything else?');
  await demo.visitorSays('A second wick.');
  await page.getByText('You pulled the plug on Primary').first().waitFor();
  await comesBack(demo, 'Primary');
  await page.getByText('Primary is active, epoch 3').waitFor();

  for (const [button, says, condition] of [
    ['Freeze it (Primary)', /You froze Primary/, 'frozen'],
    ['Cut it off (Primary)', /You cut Primary off/, 'cut off'],
  ] as const) {
    step(`${button}, and back`);
    await demo.press(button, says);
    await demo.deployment('Primary').getByText(condition, { exact: true }).waitFor();
    await page.getByText('Redundant is active').first().waitFor();
    await demo.visitorSays(`Still there? (${condition})`);
    await comesBack(demo, 'Primary');
    await page.locator('.active', { hasText: 'Primary is active' }).waitFor();
  }

  step('maintenance, and its end');
  await demo.press('Switch for maintenance (Primary)', /You begin maintenance of Primary/);
  await page.locator('.active', { hasText: 'Redundant is active' }).waitFor();
  await demo.button('End maintenance (Primary)').waitFor();
  await demo.operatorSays('We are painting the other data centre.');
  await demo.press('End maintenance (Primary)', /You end the maintenance of Primary/);
  await page.locator('.active', { hasText: 'Primary is active' }).waitFor();
  await demo.button('Switch for maintenance (Primary)').waitFor();

  step('both are down: said honestly, delivered later');
  await demo.button('Pull the plug on Redundant').click();
  await demo.button('Cut it off (Primary)').click();
  await page.getByText('Both are down').waitFor();
  const waits = shop.getByRole('textbox', { name: 'Your message' });
  await waits.fill('Is anybody there?');
  await waits.press('Enter');
  await demo.button('Bring it back (Redundant)').click();
  await desk.getByRole('log').getByText('Is anybody there?').waitFor();
  demo.said.push('Is anybody there?');
  await demo.button('Bring it back (Primary)').click();
  await page.locator('.record .noticed[data-open=true]').first().waitFor({ state: 'detached' });

  step('both screens show the same, and nothing was lost or doubled');
  for (const frame of [shop, desk])
    await becomes(() => frame.getByRole('log').locator('.text').allTextContents(), demo.said);
  const counter = (name: string) =>
    page.locator('.counters div', { hasText: name }).locator('dd').innerText();
  assert.equal(await counter('lost'), '0');
  assert.equal(await counter('doubled'), '0');
  assert.match(await page.locator('.plot figcaption').innerText(), /typical \d+ ms, slowest/);
}

async function comesBack(demo: DemoPage, name: string): Promise<void> {
  const said = demo.page.getByText(`${name} is back and holds everything`);
  const before = await said.count();
  await demo.press(`Bring it back (${name})`, new RegExp(`You brought ${name} back`));
  await said.nth(before).waitFor();
  await demo.deployment(name).getByText('up', { exact: true }).waitFor();
}

async function looks({ page }: DemoPage): Promise<void> {
  for (const [name, viewport] of [
    ['panel', desktop],
    ['panel-narrow', tablet],
    ['panel-phone', phone],
  ] as const) {
    await page.setViewportSize(viewport);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(shots, `${name}-${scheme}.png`) });
      const violations = await violationsOf(page);
      assert.equal(violations.length, 0, `${name}, ${scheme}:\n${violations.join('\n')}`);
    }
  }
  step('on a phone one of the three at a time');
  await page.getByRole('button', { name: 'Shop', exact: true }).click();
  await page.screenshot({ path: join(shots, 'panel-phone-shop.png') });
  assert.equal(await page.locator('#view-panel').isVisible(), false);
  await page.getByRole('button', { name: 'Console', exact: true }).click();
  await page.screenshot({ path: join(shots, 'panel-phone-console.png') });
  assert.equal(await page.locator('#view-shop').isVisible(), false);
  await page.getByRole('button', { name: 'Panel', exact: true }).click();
  await page.setViewportSize(desktop);
}

/** The real command, with Primary frozen when it is told to end. */
async function oneCtrlC(): Promise<void> {
  step('one Ctrl-C ends everything, also a frozen process');
  const demo = spawn(process.execPath, [join(repository, 'web/drill/src/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(demo, 'exit');
  try {
    const lines = createInterface(demo.stdout);
    let url = '';
    for await (const line of lines) {
      url ||= /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0] ?? '';
      if (line.includes('Ctrl-C')) break;
    }
    const { console: desk } = await pagesOf(url);
    const origin = new URL(url).origin;
    const response = await fetch(`${origin}/order`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ what: 'freeze', where: 'primary' }),
    });
    assert.equal(response.status, 204);
    demo.kill('SIGINT');
    const [code] = await ended;
    assert.equal(code, 0);
    for (const gone of [url, desk])
      await assert.rejects(fetch(gone), `${gone} still answers after the end`);
  } finally {
    // Gently: it takes its programs along.
    if (demo.exitCode === null) demo.kill('SIGTERM');
    await ended;
  }
}

/** The first word of the stream says where shop and console are. */
async function pagesOf(url: string): Promise<{ shop: string; console: string }> {
  const { body } = await fetch(`${url}news`);
  let text = '';
  for await (const part of body ?? []) {
    text += new TextDecoder().decode(part);
    if (!text.includes('\n\n')) continue;
    const tell = JSON.parse(text.split('\n\n')[0]?.slice('data: '.length) ?? '') as Tell;
    assert(tell.t === 'state' && tell.state.pages, 'the stream begins with the state');
    return tell.state.pages; // leaving the loop ends the stream
  }
  throw new Error('the stream ended');
}

function step(words: string): void {
  console.log(`panel: ${words}`);
}

await toTheEnd(main);
