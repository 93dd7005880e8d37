// The widget of a site that has set itself up: its name, colour, texts and hours; the form while nobody is there; the transcript; and
// texts of people who mean no good. Pictures in build/e2e for people to look at.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Client, type DeskClient, signIn } from '@holdfast/core';
import { createDeskClient } from '@holdfast/core/desk';
import { nodeSeams } from '@holdfast/core/node';
import { type Browser, chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { launchOptions } from './chromium.ts';
import { hostileTexts } from './hostile_texts.ts';
import { inBothSchemes, shots } from './looking.ts';
import { VisitorPage } from './pages.ts';
import { becomes, PATIENCE_MS } from './patience.ts';
import { colleagueOf, shows } from './people.ts';
import { type SitePages, servePages } from './site_pages.ts';

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 780 };

async function main(): Promise<void> {
  const installation = await install({ moderator: true, operators: 2 });
  const browser = await chromium.launch(launchOptions);
  const pages = await servePages(installation);
  const owner = await ownerOf(installation);
  try {
    await ownFace(installation, owner);
    owner.setPresence('away');
    await nobodyThere(installation, browser);
    await names(installation, owner, browser);
    await transcript(installation, browser);
    await badInput(installation, browser, pages);
    console.log('faces passed');
  } finally {
    owner.close();
    pages.close();
    await browser.close();
    await installation.close();
  }
}

async function ownerOf(installation: Installation): Promise<DeskClient> {
  const { site, urls, moderatorUrls, moderatorKeys } = installation;
  const seams = nodeSeams({ origin: installation.consoleOrigin });
  const { token, author } = await signIn(
    seams.http,
    urls.primary,
    installation.signIns[0] as never,
  );
  const client = createDeskClient({
    role: 'operator',
    site,
    deployments: urls,
    moderators: moderatorUrls,
    moderatorKeys,
    credentials: { type: 'token', token, author },
    seams,
  });
  await client.start();
  return client;
}

async function ownFace({ site }: Installation, owner: DeskClient): Promise<void> {
  const inThreeDays = ((new Date().getUTCDay() + 3) % 7) + 1;
  await written(owner, {
    [`site:${site}`]: {
      name: 'Harbour Lamps',
      colour: '#ffd400',
      greeting: 'Ahoy! What can we light for you?',
      away: 'We are at sea.\nLeave us a line.',
      zone: 'UTC',
      hours: [{ day: inThreeDays, from: 9 * 60, to: 17 * 60 }],
      transcripts: true,
    },
    'operator:operator-2': { name: 'Anna \u202EBerg' },
  });
}

async function written(
  owner: DeskClient,
  entities: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<void> {
  for (const [entity, fields] of Object.entries(entities))
    for (const [field, value] of Object.entries(fields)) {
      const digest = owner.writeSetting(entity, field, value);
      await until(() => owner.writeState(digest) !== 'waiting', `${entity} ${field} is written`);
      assert.notEqual(owner.writeState(digest), 'refused', `${entity} ${field}`);
    }
}

async function until(reached: () => boolean, words: string): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  while (!reached()) {
    assert.ok(performance.now() < limit, `not reached: ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// ---- nobody there ----

async function nobodyThere(installation: Installation, browser: Browser): Promise<void> {
  step('the form, in the words of the site');
  const context = await browser.newContext({
    viewport: desktop,
    timezoneId: 'America/Los_Angeles',
  });
  const visitor = new VisitorPage(await context.newPage());
  const { page } = visitor;
  await visitor.open(installation.origin);
  await visitor.openForm();
  await page.getByRole('heading', { name: 'Harbour Lamps' }).waitFor();
  await page.getByText('We are at sea.').waitFor();
  await page.getByText(/We are back .*day at /).waitFor();
  await becomes(() => accent(page), '#ffd400 #000');
  await visitor.field('Your name').fill('Ada Lovelace');
  await visitor.field('Your message').fill('Does the storm light burn under water?');
  await inBothSchemes(page, 'widget-form');
  await visitor.field('Your e-mail').fill('ada@');
  await visitor.leave();
  await page.getByText('This is no e-mail address').waitFor();
  await page.setViewportSize(phone);
  await inBothSchemes(page, 'widget-form-phone');

  step('the message is kept, and where its answer goes');
  await visitor.field('Your e-mail').fill('ada@example.com');
  await visitor.leave();
  await page.getByText('We answer to ada@example.com, and here.').waitFor();
  await page.getByRole('img', { name: 'kept in both data centres' }).waitFor();
  await inBothSchemes(page, 'widget-left-phone');
  await page.setViewportSize(desktop);
  await inBothSchemes(page, 'widget-left');

  step('what is known of the visitor fills in the form');
  await page.evaluate(() => {
    window.Holdfast?.('clear');
    window.Holdfast?.('boot', { site: 'shop', name: 'Vera', email: 'vera@example.com' });
  });
  await visitor.openForm();
  assert.equal(await visitor.field('Your name').inputValue(), 'Vera');
  assert.equal(await visitor.field('Your e-mail').inputValue(), 'vera@example.com');

  step('while the first data centre is dead the form works all the same');
  await installation.primary.program.kill();
  await visitor.field('Your message').fill('Into the dark');
  await visitor.leave();
  await page.getByRole('log').getByText('Into the dark').waitFor();
  await page.getByRole('img', { name: /^Received/ }).waitFor();
  installation.primary.program.start();
  await installation.primary.program.ready();
  await page.getByRole('img', { name: 'kept in both data centres' }).waitFor();
  await context.close();
}

/** Colour and ink of the widget, as they stand. */
function accent(page: Page): Promise<string> {
  return page.evaluate(() => {
    const style = getComputedStyle(document.querySelector('#holdfast') as Element);
    return ['--accent', '--on-accent'].map((name) => style.getPropertyValue(name)).join(' ');
  });
}

// ---- somebody there ----

async function names(
  installation: Installation,
  owner: DeskClient,
  browser: Browser,
): Promise<void> {
  step('operators are called what they want to be called, and the greeting is the site’s');
  const anna = await colleagueOf(installation);
  const context = await browser.newContext({ viewport: desktop });
  const visitor = new VisitorPage(await context.newPage());
  const { page } = visitor;
  await visitor.open(installation.origin);
  await page.getByRole('button', { name: 'Chat with us, we are here' }).click();
  await page.getByText('Ahoy! What can we light for you?').waitFor();
  await visitor.composer.fill('Good evening');
  await visitor.composer.press('Enter');
  await page.getByText('Somebody will answer you here.').waitFor();
  const chat = await chatWith(anna, 'Good evening');
  await anna.accept(chat);
  await page.getByRole('heading', { name: 'Anna Berg', exact: true }).waitFor();
  await page.getByText('You are talking to Anna Berg.').waitFor();
  anna.send(chat, 'Good evening! What shall it be?');
  await page.getByRole('log').getByText('What shall it be?').waitFor();
  await inBothSchemes(page, 'widget-named');

  step('a new colour is there at once, and stays over a reload while nobody answers');
  await written(owner, { [`site:${installation.site}`]: { colour: '#7a0019' } });
  await page.waitForFunction(() => {
    const host = document.querySelector('#holdfast') as Element;
    return getComputedStyle(host).getPropertyValue('--on-accent') === '#fff';
  });
  await inBothSchemes(page, 'widget-coloured');
  await page.context().setOffline(true);
  await page.evaluate(() => {
    window.Holdfast?.('shutdown');
    window.Holdfast?.('boot', { site: 'shop' });
  });
  await page.getByRole('heading', { name: 'Anna Berg', exact: true }).waitFor();
  await becomes(() => accent(page), '#7a0019 #fff');
  anna.close();
  await context.close();
}

/** The chat that was begun with this, once it waits. */
async function chatWith(operator: Client, begun: string): Promise<string> {
  const waiting = () =>
    [...operator.chats.get().values()].find(
      ({ state, messages }) => state === 'queued' && messages.some(({ text }) => text === begun),
    );
  await shows(operator, () => waiting() !== undefined);
  return waiting()?.id as string;
}

async function transcript(installation: Installation, browser: Browser): Promise<void> {
  step('the transcript is asked for, and given up again');
  const anna = await colleagueOf(installation);
  const context = await browser.newContext({ viewport: phone });
  const visitor = new VisitorPage(await context.newPage());
  const { page } = visitor;
  await visitor.open(installation.origin);
  await page.getByRole('button', { name: 'Chat with us, we are here' }).click();
  await visitor.composer.fill('Please write it down');
  await visitor.composer.press('Enter');
  await page.getByRole('button', { name: 'Send me this chat by e-mail' }).click();
  const field = page.getByRole('textbox', { name: 'Send this chat' });
  await field.fill('ada');
  await field.press('Enter');
  await page.getByText('This is no e-mail address').waitFor();
  await inBothSchemes(page, 'widget-transcript-phone');
  await field.fill('ada@example.com');
  await page.getByRole('button', { name: 'Yes, send it' }).click();
  await page.getByText('This chat will be sent to ada@example.com.').waitFor();
  await page.reload();
  await page.getByText('This chat will be sent to ada@example.com.').waitFor();
  await page.getByRole('button', { name: 'Do not send it' }).click();
  await page.getByRole('button', { name: 'Send me this chat by e-mail' }).waitFor();
  const chat = await chatWith(anna, 'Please write it down');
  await shows(anna, (chats) => chats.get(chat)?.contact.transcript === false);
  assert.equal(anna.chats.get().get(chat)?.contact.email, 'ada@example.com');
  anna.close();
  await context.close();
}

// ---- people who mean no good ----

async function badInput(
  installation: Installation,
  browser: Browser,
  pages: SitePages,
): Promise<void> {
  step('texts that would do harm are shown as what they are');
  const anna = await colleagueOf(installation);
  const context = await browser.newContext({ viewport: desktop });
  const page = await context.newPage();
  const visitor = new VisitorPage(page);
  const harm: string[] = [];
  page.on('pageerror', (error) => harm.push(String(error)));
  page.on('dialog', (dialog) => {
    harm.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().includes('evil')) harm.push(request.url());
  });
  pages.put(pages.snippet().html);
  // The page's own title and address go with the chat.
  await visitor.open(`${pages.origin}/#${'x'.repeat(4_000)}`);
  await page.evaluate(() => {
    document.title = `\u202E<b>\u0001${'T'.repeat(5_000)}\uD800`;
  });
  await visitor.openChat();
  await visitor.composer.fill('Here it comes');
  await visitor.composer.press('Enter');
  await page.getByRole('img', { name: 'kept in both data centres' }).waitFor();
  const chat = await chatWith(anna, 'Here it comes');
  await anna.accept(chat);

  const said = ['Here it comes'];
  for (const [i, text] of hostileTexts.entries()) {
    if (i % 2 === 0) {
      anna.send(chat, text);
    } else {
      await visitor.composer.fill(text);
      await visitor.composer.press('Enter');
    }
    said.push(text);
    await page.waitForFunction(
      (count) =>
        document.querySelector('#holdfast')?.shadowRoot?.querySelectorAll('.text').length === count,
      said.length,
    );
    await widgetShot(page, `widget-bad-${i + 1}`);
  }
  assert.deepEqual(await visitor.texts(), said);
  assert.deepEqual(await outside(page), [], 'a message reaches out of its place');
  for (const viewport of [phone, desktop]) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await outside(page), [], 'a message reaches out of its place');
  }
  await inBothSchemes(page, 'widget-bad');
  assert.deepEqual(harm, []);
  anna.close();
  await context.close();
}

async function widgetShot(page: Page, name: string): Promise<void> {
  await page.getByRole('dialog').screenshot({ path: join(shots, `${name}.png`) });
}

/** What of the transcript sticks out sideways, and messages whose text paints outside their box. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('#holdfast')?.shadowRoot as ShadowRoot;
    const log = root.querySelector('.transcript') as HTMLElement;
    const wide = log.scrollWidth > log.clientWidth ? ['the transcript scrolls sideways'] : [];
    const { left, right } = log.getBoundingClientRect();
    const boxes = [...root.querySelectorAll('.message')].filter((message) => {
      const box = message.getBoundingClientRect();
      const contained = getComputedStyle(message).overflow === 'hidden';
      return box.left < left || box.right > right || !contained;
    });
    return [...wide, ...boxes.map((box) => (box.textContent ?? '').slice(0, 40))];
  });
}

function step(words: string): void {
  console.log(`faces: ${words}`);
}

await toTheEnd(main);
