// The rest of the desk for the camera: giving a chat away, messages that were left, a colleague's chat, search and history, and every page
// of the settings.

import type { Client } from '@holdfast/core';
import type { Page } from 'playwright-core';
import type { Installation } from '../src/installation/installation.ts';
import { inBothSchemes } from './looking.ts';
import { shows, visitorOf } from './people.ts';

const desktop = { width: 1280, height: 800 };
const tall = { width: 1280, height: 1750 };
const phone = { width: 390, height: 780 };

/** On a desktop, with an own chat open. Leaves the list of chats on the screen, as wide as it was. */
export async function deskViews(
  page: Page,
  installation: Installation,
  people: Client[],
  colleague: Client,
): Promise<void> {
  await page.keyboard.press('Alt+t');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.getByRole('dialog').getByLabel('Note for them').fill('Wants two, and a longer cable.');
  await inBothSchemes(page, 'console-transfer');
  await page.keyboard.press('Escape');

  await leaveMessages(installation, people, colleague);
  await row(page, 'Ida Holm').click();
  await page.getByRole('button', { name: 'Answer here' }).waitFor();
  await inBothSchemes(page, 'console-left');

  await row(page, 'Otto').click();
  await page.getByRole('button', { name: 'Take over' }).waitFor();
  await page.getByRole('log').getByText('does the storm light').waitFor();
  await inBothSchemes(page, 'console-others');

  await page.keyboard.press('/');
  await page.keyboard.type('isl deliver');
  await page.locator('mark').first().waitFor();
  await page.locator('.found').getByText('Ida Holm').click();
  await inBothSchemes(page, 'console-search');
  await page.getByRole('searchbox').fill('zeppelin');
  await page.getByText('Nothing was found').waitFor();
  await inBothSchemes(page, 'console-search-nothing');
  await page.getByRole('searchbox').fill('');
  await page.locator('.found').getByText('Vera Lindqvist').waitFor();
  await page.setViewportSize(phone);
  await page.getByRole('button', { name: '‹ Chats' }).click();
  await inBothSchemes(page, 'console-phone-history');
  await page.setViewportSize(desktop);
  await inBothSchemes(page, 'console-history');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
}

async function leaveMessages(
  installation: Installation,
  people: Client[],
  colleague: Client,
): Promise<void> {
  for (const [name, email, text] of [
    ['Ida Holm', 'ida@example.org', 'Do you deliver to the islands, and how long does it take?'],
    ['Jon', undefined, 'My lantern flickers since Sunday. What can I do?'],
  ] as const) {
    const client = visitorOf(installation);
    people.push(client);
    await client.start();
    const chat = client.openChat({
      page: `${installation.origin}/delivery`,
      title: 'Delivery – Harbour Lamps',
    });
    client.contact(chat, { name, ...(email !== undefined && { email, transcript: true }) });
    client.send(chat, text, { offline: true });
    await shows(colleague, (chats) => chats.get(chat)?.messages.length === 3);
  }
}

function row(page: Page, name: string) {
  return page.getByRole('navigation').locator('.row .open', { hasText: name }).first();
}

/** Each page of the settings; as wide as a desktop and as tall as it needs, and on a phone. */
export async function settingsViews(page: Page): Promise<void> {
  await page.setViewportSize(tall);
  await page.getByRole('link', { name: 'Settings' }).click();
  for (const [title, prepare] of views) {
    await page
      .getByRole('navigation', { name: 'Settings' })
      .getByRole('link', { name: title })
      .click();
    await page.getByRole('heading', { name: title, level: 2 }).waitFor();
    await prepare(page);
    await page.locator('.settings').evaluate((main) => main.scrollTo(0, 0));
    const name = `settings-${title.toLowerCase()}`;
    await inBothSchemes(page, name);
    await page.setViewportSize(phone);
    await inBothSchemes(page, `${name}-phone`);
    await page.setViewportSize(tall);
  }
  await page.getByRole('link', { name: '‹ Chats' }).click();
  await page.setViewportSize(desktop);
}

const views: readonly (readonly [title: string, prepare: (page: Page) => Promise<void>])[] = [
  ['You', async (page) => page.getByText('Sign out everywhere').waitFor()],
  ['Site', fillInSite],
  ['Snippet', async (page) => page.getByText('script-src').waitFor()],
  ['Operators', async (page) => page.getByRole('button', { name: 'Add an operator' }).click()],
  ['Webhooks', async (page) => page.getByRole('button', { name: 'Add a webhook' }).click()],
];

async function fillInSite(page: Page): Promise<void> {
  const form = page.getByRole('form', { name: 'What visitors see' });
  await form.getByLabel('Name', { exact: true }).fill('Harbour Lamps');
  await form.getByLabel('Colour', { exact: true }).fill('#0e6b5e');
  await form.getByLabel('Greeting').fill('Good evening! What may we light for you?');
  await form.getByLabel('Text while nobody is there').fill('We are at sea until tomorrow.');
  await form.getByLabel('Time zone').fill('Europe/Oslo');
  await form.getByRole('button', { name: 'Add hours on Monday' }).click();
  await form.getByRole('button', { name: 'Monday’s hours until Friday' }).click();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Saved in both data centres').waitFor();
  const rules = page.getByRole('form', { name: 'Where, and for how long' });
  await rules.getByLabel('Keep chats for').fill('365');
}
