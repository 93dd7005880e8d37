// Console and shop on a busy day, light, dark and on a phone: no violation that axe-core knows, and pictures in build/e2e for people to
// look at.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Client } from '@holdfast/core';
import { type Browser, chromium } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { launchOptions } from './chromium.ts';
import { deskViews, settingsViews } from './desk_looks.ts';
import { inBothSchemes, shots } from './looking.ts';
import { OperatorPage, VisitorPage } from './pages.ts';
import { PATIENCE_MS } from './patience.ts';
import { colleagueOf, shows, visitorOf } from './people.ts';

const desktop = { width: 1280, height: 800 };
const narrow = { width: 1024, height: 700 };
const phone = { width: 390, height: 780 };

async function main(): Promise<void> {
  const installation = await install({ moderator: true, operators: 3 });
  const browser = await chromium.launch(launchOptions);
  const people: Client[] = [];
  try {
    await consoleLooks(installation, browser, people);
    await shopLooks(installation, browser);
    console.log('looks passed: console and shop, light, dark and phone, no axe violation');
  } finally {
    for (const client of people) client.close();
    await browser.close();
    await installation.close();
  }
}

// ---- the console ----

async function consoleLooks(
  installation: Installation,
  browser: Browser,
  people: Client[],
): Promise<void> {
  const context = await browser.newContext({ viewport: desktop });
  const operator = new OperatorPage(await context.newPage());
  const { page } = operator;
  page.setDefaultTimeout(PATIENCE_MS);
  const url = `${installation.consoleOrigin}/console/`;

  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await inBothSchemes(page, 'console-sign-in');
  await operator.signIn(url, installation.signIns[0] as never);
  await inBothSchemes(page, 'console-empty');

  const stuck = async (error: unknown) => {
    await page.screenshot({ path: join(shots, 'looks-stuck.png') });
    throw error;
  };
  const colleague = await colleagueOf(installation);
  people.push(colleague);
  await busyDay(installation, operator, people, colleague).catch(stuck);
  await inBothSchemes(page, 'console');
  await deskViews(page, installation, people, colleague).catch(stuck);
  await settingsViews(page).catch(stuck);
  await page.getByRole('navigation').locator('.row .open', { hasText: 'Kim' }).first().click();
  await page.getByRole('radio', { name: 'Internal note' }).check();
  await page.getByRole('textbox', { name: 'Internal note' }).fill('Ask the workshop first.');
  await inBothSchemes(page, 'console-note');
  await page.getByRole('button', { name: 'Close chat' }).click();
  await page.setViewportSize(narrow);
  await inBothSchemes(page, 'console-narrow');
  await page.getByRole('button', { name: 'Keep it open' }).click();
  await page.getByRole('button', { name: 'Keys' }).click();
  await inBothSchemes(page, 'console-keys');
  await page.keyboard.press('Escape');

  await page.setViewportSize(phone);
  await page.waitForFunction(() => !document.querySelector('.facts')?.checkVisibility());
  await inBothSchemes(page, 'console-phone-chat');
  await page.getByRole('button', { name: 'Visitor' }).click();
  await inBothSchemes(page, 'console-phone-visitor');
  await page.getByRole('button', { name: 'Back to the chat' }).click();
  await page.getByRole('button', { name: '‹ Chats' }).click();
  await inBothSchemes(page, 'console-phone-list');
  await page.getByRole('button', { name: 'Menu' }).click();
  await inBothSchemes(page, 'console-phone-menu');
  await context.close();
}

const names = [
  'Vera Lindqvist',
  'ياسمين',
  'Bartholomew Featherstonehaugh-Cholmondeley of Saltmarsh-on-Sea',
  '\u202Edesrever', // a bidi trick: must stay inside its own line
  'Kim',
  '',
  'Otto',
  'Ines',
  'Waldo',
  'Ursula',
];

/** Five own chats, one of them just read, others' chats, and some who wait. */
async function busyDay(
  installation: Installation,
  operator: OperatorPage,
  people: Client[],
  colleague: Client,
): Promise<void> {
  const { page } = operator;
  const visitors: { client: Client; chat: string }[] = [];
  for (const name of names) {
    const client = visitorOf(installation);
    people.push(client);
    await client.start();
    const chat = client.openChat({
      ...(name !== '' && { name }),
      page: `${installation.origin}/lamps/storm-light?from=newsletter`,
      title: 'Storm light – Harbour Lamps',
      referrer: 'https://search.example/?q=lamp+that+burns+in+any+storm',
    });
    client.send(chat, 'Good evening, does the storm light burn under water?');
    visitors.push({ client, chat });
    await shows(colleague, (chats) => chats.get(chat)?.messages.length === 2);
  }
  for (const theirs of visitors.slice(6, 8)) await colleague.accept(theirs.chat);
  for (let own = 0; own < 5; own += 1) {
    await operator.acceptFirst();
    await page
      .getByRole('heading', { name: 'Mine' })
      .getByText(String(own + 1))
      .waitFor();
  }
  const last = visitors[4];
  assert(last);
  await operator.composer.fill('Good evening! Only above it, but in any storm.');
  await operator.composer.press('Enter');
  await page.keyboard.press('Alt+n');
  const note = page.getByRole('textbox', { name: 'Internal note' });
  await note.fill('Bought two last year; be generous.');
  await note.press('Enter');
  await page.keyboard.press('Alt+n');
  last.client.send(
    last.chat,
    'Then I will take two. \u2066And\u2069 one <b>bold</b> question:\nhow long is the cable?',
  );
  await page.getByRole('log').getByText('how long is the cable').waitFor();
  for (const { client, chat } of visitors.slice(0, 3)) client.send(chat, 'Are you still there?');
  await page.getByText('Are you still there?').nth(2).waitFor();
  await page.locator('[data-state=safe] .ticks').first().waitFor();
}

// ---- the shop ----

async function shopLooks(installation: Installation, browser: Browser): Promise<void> {
  for (const [name, viewport] of [
    ['shop', desktop],
    ['shop-phone', phone],
  ] as const) {
    const context = await browser.newContext({ viewport });
    const visitor = new VisitorPage(await context.newPage());
    await visitor.open(installation.origin);
    await inBothSchemes(visitor.page, name);
    await visitor.openChat();
    await visitor.composer.fill('Good evening');
    await visitor.composer.press('Enter');
    await visitor.page.getByRole('log').getByText('Good evening').waitFor();
    await visitor.page.locator('[data-state=safe]').waitFor();
    await inBothSchemes(visitor.page, `${name}-chat`);
    await context.close();
  }
}

await toTheEnd(main);
