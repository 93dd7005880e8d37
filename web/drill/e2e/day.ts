// An operator's day at the console with two chats at once: keys, drafts, notes, release and close, and nothing left after signing out.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@holdfast/core';
import { chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { programs, repository } from '../src/paths.ts';
import { launchOptions } from './chromium.ts';
import { OperatorPage } from './pages.ts';
import { becomes, PATIENCE_MS } from './patience.ts';
import { colleagueOf, shows, visitorOf } from './people.ts';

const shots = join(repository, 'build/e2e');

async function main(): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const installation = await install({ moderator: true, operators: 2 });
  const browser = await chromium.launch(launchOptions);
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const people = [1, 2, 3, 4, 5].map(() => visitorOf(installation));
  try {
    people.push(await colleagueOf(installation));
    await day(installation, page, people);
    console.log('day passed: two chats, keys, drafts, notes, release, close, sign out');
  } catch (error) {
    await page.screenshot({ path: join(shots, 'day-stuck.png') });
    throw error;
  } finally {
    for (const client of people) client.close();
    await browser.close();
    await installation.close();
  }
}

async function day(
  installation: Installation,
  page: Page,
  [vera, otto, una, ida, jon, colleague]: Client[],
): Promise<void> {
  assert(vera && otto && una && ida && jon && colleague);
  const operator = new OperatorPage(page);
  const row = (name: string) => page.getByRole('navigation').locator('.row', { hasText: name });
  const section = (title: string) =>
    page.locator('nav section', { has: page.getByRole('heading', { name: title }) });
  const heading = (name: string) => page.getByRole('main').getByRole('heading', { name });
  const url = `${installation.consoleOrigin}/console/`;

  step('who has waited longest is accepted with a key, in the middle of a sentence too');
  await operator.signIn(url, installation.signIns[0] as never);
  const chatOfVera = await comes(vera, colleague, 'Vera');
  const chatOfOtto = await comes(otto, colleague, 'Otto');
  await row('Otto').waitFor();
  await becomes(() => page.title(), '(2) Holdfast console');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.type('Half a sentence to Vera');
  await heading('Vera').waitFor();
  assert.equal(await operator.composer.inputValue(), 'Half a sentence to Vera');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.type('Good day, Otto');
  await page.keyboard.press('Enter');
  await heading('Otto').waitFor();
  await shows(otto, (chats) => textsOf(chats.get(chatOfOtto)).includes('Good day, Otto'));
  await operator.composer.fill('Half a sentence to Otto');

  step('each chat keeps its draft, also over a reload');
  await page.keyboard.press('Alt+ArrowUp');
  await heading('Vera').waitFor();
  assert.equal(await operator.composer.inputValue(), 'Half a sentence to Vera');
  await page.reload();
  await heading('Vera').waitFor();
  assert.equal(await operator.composer.inputValue(), 'Half a sentence to Vera');
  await row('Otto').getByRole('button').click();
  await heading('Otto').waitFor();
  assert.equal(await operator.composer.inputValue(), 'Half a sentence to Otto');

  step('who goes to another chat and writes at once writes there, however late the screen is');
  await withoutFrames(page, async () => {
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.type(', kindly');
    await heading('Vera').waitFor();
    assert.equal(await operator.composer.inputValue(), 'Half a sentence to Vera, kindly');
    await operator.composer.fill('Half a sentence to Vera');
    await page.keyboard.press('Alt+ArrowDown');
    await heading('Otto').waitFor();
    assert.equal(await operator.composer.inputValue(), 'Half a sentence to Otto');
  });

  step('what is said in the other chat is unread until it is looked at');
  vera.send(chatOfVera, 'Are you there?');
  await row('Vera').getByText('1 unread').waitFor();
  await page.waitForFunction(() => document.title === '(1) Holdfast console');
  await row('Vera').getByRole('button').click();
  await page.getByText('New', { exact: true }).waitFor();
  await page.waitForFunction(() => document.title === 'Holdfast console');
  vera.typing(chatOfVera, true);
  await page.getByRole('main').getByText('Vera is typing…').waitFor();

  step('an internal note stays among operators');
  await operator.composer.press('Enter');
  await page.keyboard.press('Alt+n');
  const note = page.getByRole('textbox', { name: 'Internal note' });
  await note.fill('A friendly one');
  await note.press('Enter');
  await page.getByRole('log').getByText('internal note').waitFor();
  await page.keyboard.press('Alt+n');
  await operator.composer.fill('I am.');
  await operator.composer.press('Enter');
  await shows(vera, (chats) => textsOf(chats.get(chatOfVera)).includes('I am.'));
  assert.deepEqual(textsOf(vera.chats.get().get(chatOfVera)), [
    'Hello from Vera',
    'Are you there?',
    'Half a sentence to Vera',
    'I am.',
  ]);

  step('a released chat waits again, and stands with others once a colleague has it');
  await page.getByRole('button', { name: 'Release' }).click();
  await section('Waiting').getByText('Vera', { exact: true }).waitFor();
  await shows(colleague, (chats) => chats.get(chatOfVera)?.state === 'queued');
  await colleague.accept(chatOfVera);
  await section('Others’').getByText('with operator-2').waitFor();
  await page.getByRole('button', { name: 'Take over' }).waitFor();

  step('what is typed after the key for the search is searched for, however late the screen is');
  await withoutFrames(page, async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('hear: are you', { delay: 0 });
    assert.equal(await page.getByRole('searchbox').inputValue(), 'hear: are you');
    await page.getByText('Nothing was found').waitFor();
    await page.getByRole('searchbox').press('Escape');
  });

  step('after a reload a colleague’s chat is still in its place');
  await page.reload();
  await section('Others’').getByText('with operator-2').waitFor();
  await page.getByRole('log').getByText('Are you there?').waitFor();

  step('an owner takes a chat over, and gives it back by keyboard, with a note');
  await page.getByRole('button', { name: 'Take over' }).click();
  await operator.hasIt();
  await page.keyboard.press('Alt+t');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').fill('nobody of this name');
  await dialog.getByText('Nobody of this name').waitFor();
  await dialog.getByRole('combobox').fill('oper');
  await dialog.getByLabel('Note for them').fill('Half a sentence is missing.');
  await dialog.getByRole('combobox').press('Enter');
  await page.getByText('operator-2 has the chat now.').waitFor();
  await shows(colleague, (chats) => {
    const chat = chats.get(chatOfVera);
    return (
      chat?.operator === 'o:operator-2' && textsOf(chat).includes('Half a sentence is missing.')
    );
  });

  step('closing asks once more, in place');
  await row('Otto').getByRole('button').click();
  await page.getByRole('button', { name: 'Close chat' }).click();
  await page.getByRole('button', { name: 'Keep it open' }).click();
  await page.getByRole('button', { name: 'Close chat' }).click();
  await page.getByRole('button', { name: 'Yes, close it' }).click();
  await section('Closed recently').getByText('Otto', { exact: true }).waitFor();
  await shows(otto, (chats) => chats.get(chatOfOtto)?.state === 'closed');

  step('away is seen by colleagues, also after a reload');
  const isHere = () => colleague.presence.get().operators.find(({ id }) => id === 'o:operator-1');
  const isSeen = (online: boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (isHere()?.online !== online) return;
        unsubscribe();
        resolve();
      };
      const unsubscribe = colleague.presence.subscribe(look);
      look();
    });
  await page.getByRole('radio', { name: 'Away' }).check();
  await isSeen(false);
  await page.reload();
  await page.getByRole('radio', { name: 'Away' }).and(page.locator(':checked')).waitFor();
  await page.getByRole('radio', { name: 'Online' }).check();
  await isSeen(true);

  step(
    'a session that ends in mid-work comes back with the password, and nothing on the screen is lost',
  );
  const chatOfUna = await comes(una, colleague, 'Una');
  await operator.acceptFirst();
  await operator.composer.fill('Half a sentence to Una');
  await endSessions(installation, 'brand-new-horse');
  await page.getByLabel('Password of operator-1').fill('brand-new-horse');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await page.getByLabel('Password of operator-1').waitFor({ state: 'detached' });
  await operator.composer.press('Enter');
  await shows(una, (chats) => textsOf(chats.get(chatOfUna)).includes('Half a sentence to Una'));
  await page.getByRole('button', { name: 'Close chat' }).click();
  await page.getByRole('button', { name: 'Yes, close it' }).click();
  await section('Closed recently').getByText('Una', { exact: true }).waitFor();

  step('messages that were left are worked through, one after the other');
  await leaves(ida, colleague, 'Ida', 'ida@example.org');
  await leaves(jon, colleague, 'Jon');
  await section('Messages left').getByText('ida@example.org').waitFor();
  await row('Jon').getByRole('button').click();
  await page.getByText('There is no e-mail address').waitFor();
  await page.keyboard.press('Alt+ArrowUp');
  await heading('Ida').waitFor();
  const mail = page.getByRole('link', { name: 'Answer by e-mail' });
  assert.match((await mail.getAttribute('href')) ?? '', /^mailto:ida@example\.org\?subject=/);
  await page.getByRole('button', { name: 'Done' }).click();
  await heading('Jon').waitFor();
  await shows(ida, (chats) => [...chats.values()].every(({ state }) => state === 'closed'));
  await page.getByRole('button', { name: 'Answer here' }).click();
  await operator.composer.fill('Try another candle.');
  await operator.composer.press('Enter');
  await shows(jon, (chats) =>
    [...chats.values()].some((chat) => textsOf(chat).includes('Try another candle.')),
  );
  await page.getByRole('button', { name: 'Close chat' }).click();
  await page.getByRole('button', { name: 'Yes, close it' }).click();
  await section('Closed recently').getByText('Jon', { exact: true }).waitFor();

  step('signing out leaves nothing in the browser');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.waitForFunction(leftBehind);
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}

/** A new password ends every session of the operator. */
async function endSessions({ dir, site }: Installation, password: string): Promise<void> {
  await promisify(execFile)(join(programs, 'holdfast'), [
    ...['operator', 'reset-password', 'operator-1', '--site', site, '--password', password],
    ...['--config', join(dir, 'installation/primary.toml')],
  ]);
}

/** In the page: true once neither storage nor database holds anything of an operator. */
async function leftBehind(): Promise<boolean> {
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  return (
    localStorage.length + sessionStorage.length === 0 &&
    databases.every((name) => name === 'holdfast-vault')
  );
}

async function comes(visitor: Client, colleague: Client, name: string): Promise<string> {
  await visitor.start();
  const chat = visitor.openChat({ name });
  visitor.send(chat, `Hello from ${name}`);
  await shows(colleague, (chats) => chats.get(chat)?.messages.length === 2);
  return chat;
}

async function leaves(
  visitor: Client,
  colleague: Client,
  name: string,
  email?: string,
): Promise<void> {
  await visitor.start();
  const chat = visitor.openChat();
  visitor.contact(chat, { name, ...(email !== undefined && { email }) });
  visitor.send(chat, `Left by ${name}`, { offline: true });
  await shows(colleague, (chats) => chats.get(chat)?.messages.length === 3);
}

function textsOf(
  chat: { readonly messages: readonly { kind: string; text: string }[] } | undefined,
) {
  return (chat?.messages ?? [])
    .filter(({ kind }) => kind !== 'open' && kind !== 'route')
    .map(({ text }) => text);
}

/** As on a machine that draws nothing for a while. */
async function withoutFrames(page: Page, what: () => Promise<void>): Promise<void> {
  const frames = await page.evaluateHandle(() => {
    const { requestAnimationFrame } = window;
    window.requestAnimationFrame = () => 0;
    return requestAnimationFrame;
  });
  await what();
  await page.evaluate((kept) => {
    window.requestAnimationFrame = kept;
  }, frames);
}

function step(words: string): void {
  console.log(`day: ${words}`);
}

await toTheEnd(main);
