// The visitor's window as people use it: nobody there, a draft, a second tab, unread messages, the end of a chat, blocked storage.

import assert from 'node:assert/strict';
import { type Browser, chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { launchOptions } from './chromium.ts';
import { OperatorPage, VisitorPage } from './pages.ts';
import { becomes } from './patience.ts';

async function main(): Promise<void> {
  const installation = await install({ moderator: true, operators: 1 });
  const browser = await chromium.launch(launchOptions);
  try {
    await aVisit(installation, browser);
    await withoutStorage(installation, browser);
    console.log('widget passed');
  } finally {
    await browser.close();
    await installation.close();
  }
}

async function aVisit(installation: Installation, browser: Browser): Promise<void> {
  const shop = await browser.newContext();
  const visitor = new VisitorPage(await shop.newPage());
  const { page } = visitor;
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));

  step('a message is left while nobody is there');
  await visitor.open(installation.origin);
  await visitor.openForm();
  await page.getByText('Nobody is here right now.').waitFor();
  await becomes(() => focused(page), 'Your name');
  await visitor.leave();
  await page.getByText('Write a message first.').waitFor();
  await becomes(() => focused(page), 'Your message');
  await page.keyboard.type('Is anybody there?\nHello!');
  await page.reload();
  await visitor.field('Your name').fill('Ada Lovelace');
  await visitor.field('Your e-mail').fill('ada@');
  assert.equal(
    await visitor.field('Your message').inputValue(),
    'Is anybody there?\nHello!',
    'what was written outlives a reload',
  );
  await visitor.leave();
  await page.getByText('This is no e-mail address').waitFor();
  await becomes(() => focused(page), 'Your e-mail');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('ada@example.com');
  await page.keyboard.press('Enter');
  await page.getByText('read when somebody is back').waitFor();
  await page.getByText('We answer to ada@example.com, and here.').waitFor();
  await page.getByRole('img', { name: 'kept in both data centres' }).waitFor();
  assert.deepEqual(await visitor.texts(), ['Is anybody there?\nHello!']);
  await becomes(() => focused(page), 'Your message');

  step('where the answer goes can be changed');
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('textbox', { name: 'By e-mail too' }).fill('countess@example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('We answer to countess@example.com, and here.').waitFor();

  step('a draft, and the open window, outlive a reload');
  await visitor.composer.fill('Not sent');
  await page.reload();
  await visitor.composer.waitFor();
  assert.equal(await visitor.composer.inputValue(), 'Not sent');
  assert.equal(await focused(page), '', 'a page that is loaded keeps the keyboard to itself');
  await visitor.composer.fill('');

  step('the operator finds the message and answers; the visitor sees who is typing');
  const operator = new OperatorPage(await (await browser.newContext()).newPage());
  await operator.signIn(`${installation.consoleOrigin}/console/`, installation.signIns[0] as never);
  await operator.page.locator('.row .open', { hasText: 'Ada Lovelace' }).click();
  await operator.page.getByText('wrote while nobody was there').waitFor();
  await operator.page.getByRole('button', { name: 'Answer here' }).click();
  await operator.composer.waitFor();
  await page.getByRole('heading', { name: 'Operator 1' }).waitFor();
  await operator.composer.pressSequentially('Goo');
  await page.getByText('Operator 1 is typing').waitFor({ state: 'attached' });
  await operator.composer.fill('Good evening!');
  await operator.composer.press('Enter');
  await page.getByText('Good evening!').waitFor();

  step('a second tab shows the same, and what is read there is read here');
  await visitor.composer.press('Escape');
  await becomes(async () => /^Chat with us/.test(await focused(page)), true);
  await operator.composer.fill('Are you still there?');
  await operator.composer.press('Enter');
  await page.getByRole('button', { name: 'Chat with us, 1 new message' }).waitFor();
  await page.waitForFunction(() => document.title.startsWith('(1) '));
  const tab = new VisitorPage(await shop.newPage());
  await tab.open(installation.origin);
  await tab.page.getByRole('button', { name: '1 new message' }).click();
  await tab.page.getByText('Are you still there?').waitFor();
  await page.waitForFunction(() => !document.title.startsWith('('));
  assert.equal(await page.getByRole('dialog').count(), 0, 'the other window stays as it was');
  await tab.page.close();

  step('a message that is too long is not sent, and says by how much');
  await visitor.openChat();
  await visitor.composer.fill('x'.repeat(4_003));
  await page.getByText('3 characters too many').waitFor();
  await visitor.composer.press('Enter');
  assert.equal((await visitor.texts()).length, 3);
  await visitor.composer.fill('x'.repeat(3_999));
  await page.getByText('1 character left').waitFor();
  await visitor.composer.fill('');

  step('the operator ends the chat, the visitor starts another one');
  await operator.page.getByRole('button', { name: 'Close chat' }).click();
  await operator.page.getByRole('button', { name: 'Yes, close it' }).click();
  await page.getByText('This chat has ended.').waitFor();
  await becomes(
    () => focused(page),
    'Start a new chat',
    'the keyboard is not lost with the composer',
  );
  await page.keyboard.press('Enter');
  await page.getByText('Hello! What can we help you with?').waitFor();
  await becomes(() => focused(page), 'Your message');
  await page.reload();
  await visitor.composer.fill('Something else');
  await visitor.composer.press('Enter');
  await page.getByRole('log').getByText('Something else').waitFor();
  assert.deepEqual(await visitor.texts(), ['Something else']);

  step('the visitor ends a chat');
  await page.getByRole('button', { name: 'End chat' }).click();
  await becomes(() => focused(page), 'Yes, end it');
  await page.getByRole('button', { name: 'No, go on' }).click();
  await page.getByRole('button', { name: 'End chat' }).click();
  await page.getByRole('button', { name: 'Yes, end it' }).click();
  await page.getByRole('button', { name: 'Start a new chat' }).waitFor();
  assert.deepEqual(problems, []);
}

async function withoutStorage(installation: Installation, browser: Browser): Promise<void> {
  step('storage is blocked: said once, and the chat works');
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const blocked = {
      get(): never {
        throw new DOMException('blocked', 'SecurityError');
      },
    };
    for (const name of ['indexedDB', 'localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, blocked);
  });
  const visitor = new VisitorPage(await context.newPage());
  const { page } = visitor;
  await visitor.open(installation.origin);
  await visitor.openChat();
  const remark = page.getByText('does not let us keep your messages');
  await remark.waitFor();
  await page.getByRole('button', { name: 'I see' }).click();
  await remark.waitFor({ state: 'detached' });
  await visitor.composer.fill('Kept nowhere here');
  await visitor.composer.press('Escape');
  await visitor.openChat();
  assert.equal(await remark.count(), 0, 'it is said once');
  assert.equal(await visitor.composer.inputValue(), 'Kept nowhere here');
  await visitor.composer.press('Enter');
  await page.getByRole('img', { name: 'kept in both data centres' }).waitFor();
}

/** The name of what has the keyboard inside the widget; '' when nothing has. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.querySelector('#holdfast')?.shadowRoot?.activeElement;
    const label = (element as HTMLInputElement | null)?.labels?.[0]?.textContent;
    return element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '';
  });
}

function step(words: string): void {
  console.log(`widget: ${words}`);
}

await toTheEnd(main);
