// ./demo --film FILE: the animation of the README, from the running demo. Somebody chats, the plug is pulled, the conversation goes on; nothing in
// it is arranged but what the two people say and when. Needs Chromium, and img2webp of the package "webp".

/// <reference lib="dom" />
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { launchOptions } from '../e2e/chromium.ts';
import { Panel } from './panel/panel.ts';
import { pause } from './process.ts';

const run = promisify(execFile);
const viewport = { width: 1440, height: 810 };
/** Of what the page is drawn in: sharp at the width that a README has. */
const scale = 0.75;
const frameMs = 200;
const typingMs = 45;

export async function film(file: string): Promise<void> {
  await run('img2webp', ['-version']).catch(() => {
    throw new Error('--film needs img2webp: apt-get install webp');
  });
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-film-'));
  const panel = await Panel.open(0);
  const browser = await chromium.launchPersistentContext(join(scratch, 'browser'), {
    ...launchOptions,
    viewport,
    deviceScaleFactor: scale,
  });
  try {
    await panel.start();
    const page = await browser.newPage();
    await page.goto(panel.url);
    const stage = new Stage(page, panel);
    await stage.prepare();
    const camera = new Camera(page, scratch);
    camera.roll();
    await stage.play().finally(() => camera.cut());
    mkdirSync(dirname(file), { recursive: true });
    await camera.develop(file);
    console.log(`${file}: ${camera.frames} frames, ${Math.round(statSync(file).size / 1000)} kB`);
  } finally {
    await browser.close();
    await panel.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What happens before the camera. */
class Stage {
  readonly #page: Page;
  readonly #panel: Panel;
  readonly #shop: FrameLocator;
  readonly #desk: FrameLocator;
  readonly #hand: Hand;

  constructor(page: Page, panel: Panel) {
    this.#page = page;
    this.#panel = panel;
    this.#shop = page.frameLocator('iframe[title^="The shop"]');
    this.#desk = page.frameLocator('iframe[title^="The console"]');
    this.#hand = new Hand(page);
  }

  get #visitor(): Locator {
    return this.#shop.getByRole('textbox', { name: 'Your message' });
  }

  get #operator(): Locator {
    return this.#desk.getByRole('textbox', { name: 'Your answer' });
  }

  #button(name: string): Locator {
    return this.#page.getByRole('button', { name, exact: true });
  }

  /** Both are there, and the plot shows a minute of nothing special: what it took to start has left it. */
  async prepare(): Promise<void> {
    const [who] = this.#panel.installation.signIns;
    if (!who) throw new Error('the installation has no operator');
    await this.#desk.getByLabel('Site').fill(who.site);
    await this.#desk.getByLabel('Operator').fill(who.operator);
    await this.#desk.getByLabel('Password').fill(who.password);
    await this.#desk.getByRole('button', { name: 'Sign in' }).click();
    await this.#shop.getByRole('link', { name: /^Storm light/ }).click();
    await this.#shop.getByRole('button', { name: /^Chat with us/ }).click();
    await this.#visitor.fill('Good evening! Does the storm light burn under water?');
    await this.#visitor.press('Enter');
    await this.#desk
      .getByRole('button', { name: /^Accept/ })
      .first()
      .click();
    await this.#operator.fill('Good evening! Only above it, but in any storm.');
    await this.#operator.press('Enter');
    await this.#hand.appear();
    await pause(65_000);
  }

  async play(): Promise<void> {
    await pause(400);
    await this.#say(this.#visitor, 'How long does it last?');
    await this.#say(this.#operator, '26 hours with one filling.');
    await this.#hand.press(this.#button('Pull the plug on Primary'));
    await pause(500);
    await this.#say(this.#visitor, 'Then I will take two.');
    await this.#say(this.#operator, 'They are on their way!');
    await this.#page.locator('.record .noticed[data-open=false]').first().waitFor();
    await pause(2_000);
    await this.#hand.press(this.#button('Bring it back (Primary)'));
    await this.#page.locator('.record').getByText('Primary is back and holds').waitFor();
    await this.#page.locator('.active', { hasText: 'Primary is active' }).waitFor();
    await pause(3_500);
  }

  async #say(composer: Locator, text: string): Promise<void> {
    await composer.pressSequentially(text, { delay: typingMs });
    await composer.press('Enter');
    await pause(900);
  }
}

/** A pointer that can be seen: a screenshot shows none. */
class Hand {
  readonly #page: Page;
  #at = { x: viewport.width * 0.6, y: viewport.height * 0.9 };

  constructor(page: Page) {
    this.#page = page;
  }

  async appear(): Promise<void> {
    await this.#page.evaluate(() => {
      const hand = document.createElement('div');
      hand.id = 'hand';
      hand.setAttribute('aria-hidden', 'true');
      Object.assign(hand.style, {
        position: 'fixed',
        width: '18px',
        height: '18px',
        marginLeft: '-9px',
        marginTop: '-9px',
        borderRadius: '50%',
        border: '2px solid #fff',
        background: '#16202bcc',
        boxShadow: '0 1px 4px #0008',
        pointerEvents: 'none',
        zIndex: '10',
      });
      document.body.append(hand);
    });
    await this.#show();
  }

  async press(button: Locator): Promise<void> {
    const box = await button.boundingBox();
    if (!box) throw new Error('the button is not on the screen');
    const from = this.#at;
    const to = { x: box.x + box.width / 2, y: box.y + box.height * 0.6 };
    const steps = 9;
    for (let i = 1; i <= steps; i += 1) {
      const done = (1 - Math.cos((Math.PI * i) / steps)) / 2;
      this.#at = { x: from.x + (to.x - from.x) * done, y: from.y + (to.y - from.y) * done };
      await this.#show();
      await pause(60);
    }
    await pause(500);
    await button.click();
  }

  async #show(): Promise<void> {
    await this.#page.evaluate(({ x, y }) => {
      const hand = document.querySelector<HTMLElement>('#hand');
      if (hand) Object.assign(hand.style, { left: `${x}px`, top: `${y}px` });
    }, this.#at);
  }
}

/** Takes a picture as often as it can and remembers how long each stood. */
class Camera {
  readonly #page: Page;
  readonly #folder: string;
  readonly #taken: { readonly path: string; readonly at: number }[] = [];
  #rolling = false;
  #done: Promise<void> = Promise.resolve();
  #endedAt = 0;

  constructor(page: Page, folder: string) {
    this.#page = page;
    this.#folder = folder;
  }

  get frames(): number {
    return this.#taken.length;
  }

  roll(): void {
    this.#rolling = true;
    this.#done = this.#shoot();
  }

  async cut(): Promise<void> {
    this.#rolling = false;
    this.#endedAt = performance.now();
    await this.#done;
  }

  async develop(file: string): Promise<void> {
    const frames = this.#taken.flatMap(({ path, at }, i) => {
      const until = this.#taken[i + 1]?.at ?? this.#endedAt + 2_000;
      return ['-d', String(Math.max(20, Math.round(until - at))), path];
    });
    const quality = ['-lossy', '-q', '72', '-m', '4'];
    await run('img2webp', ['-loop', '0', '-kmin', '0', ...quality, ...frames, '-o', file]);
  }

  async #shoot(): Promise<void> {
    while (this.#rolling) {
      const at = performance.now();
      const path = join(this.#folder, `${String(this.#taken.length).padStart(5, '0')}.png`);
      await this.#page.screenshot({ path, caret: 'initial' });
      this.#taken.push({ path, at });
      await pause(Math.max(0, frameMs - (performance.now() - at)));
    }
  }
}
