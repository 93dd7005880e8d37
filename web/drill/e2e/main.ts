// A visitor and an operator in Chromium lose Primary in mid-sentence, go on, reload both pages while it is dead, and see nothing of it.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { makeFault } from '../src/faults.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { repository } from '../src/paths.ts';
import { pause } from '../src/process.ts';
import { launchOptions } from './chromium.ts';
import { OperatorPage, VisitorPage } from './pages.ts';
import { PATIENCE_MS } from './patience.ts';
import { plantBanner, seenBy, watchEverything } from './watch.ts';

const shots = join(repository, 'build/e2e');

async function main(): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const installation = await install({ moderator: true, operators: 1 });
  const browser = await chromium.launchPersistentContext(
    mkdtempSync(join(tmpdir(), 'holdfast-e2e-')),
    launchOptions,
  );
  try {
    await watchEverything(browser);
    const visitor = new VisitorPage(await browser.newPage());
    const operator = new OperatorPage(await browser.newPage());
    await conversation(installation, visitor, operator);
    console.log('e2e passed: both screens whole, nothing noticed, planted banner seen');
  } finally {
    await browser.close();
    await installation.close();
  }
}

async function conversation(
  installation: Installation,
  visitor: VisitorPage,
  operator: OperatorPage,
): Promise<void> {
  const said: string[] = [];
  const say = async (by: VisitorPage | OperatorPage, text: string) => {
    await by.composer.fill(text);
    await by.composer.press('Enter');
    said.push(text);
    await bothShow(visitor, operator, said);
  };

  step('visitor and operator meet');
  await operator.signIn(`${installation.consoleOrigin}/console/`, installation.signIns[0] as never);
  await visitor.open(installation.origin);
  await visitor.openChat();
  await visitor.composer.fill('Good evening');
  await visitor.composer.press('Enter');
  said.push('Good evening');
  await operator.acceptFirst();
  await bothShow(visitor, operator, said);
  await say(operator, 'Good evening! How can I help?');
  await say(visitor, 'Does the storm light burn under water?');
  await say(operator, 'Only above it, but in any storm.');

  step('both have typed and not sent; Primary dies');
  await visitor.composer.fill('Then I will take two.');
  await operator.composer.fill('Shall I put one aside?');
  const fault = makeFault('kill', installation.primary);
  await fault.inflict();
  await visitor.composer.press('Enter');
  said.push('Then I will take two.');
  await bothShow(visitor, operator, said);
  await operator.composer.press('Enter');
  said.push('Shall I put one aside?');
  await bothShow(visitor, operator, said);
  await shoot(visitor, operator, 'primary-dead');

  step('both reload while Primary is dead');
  const nothingSeen = async () => {
    assert.deepEqual(await seenBy(visitor.page), [], 'the visitor was shown a failure');
    assert.deepEqual(await seenBy(operator.page), [], 'the operator was shown a failure');
  };
  await nothingSeen();
  await visitor.page.reload();
  await operator.page.reload();
  await operator.page.getByRole('button', { name: 'Sign out' }).waitFor();
  await bothShow(visitor, operator, said);
  await say(visitor, 'Yes please, until tomorrow.');
  await say(operator, 'Done. Good night!');
  await shoot(visitor, operator, 'reloaded');

  step('Primary comes back');
  await fault.repair();
  await say(visitor, 'Good night!');
  await bothShow(visitor, operator, said);
  await nothingSeen();

  step('a planted banner of 50 ms is noticed');
  for (const { page } of [visitor, operator]) {
    await plantBanner(page);
    assert.notDeepEqual(await seenBy(page), [], 'the watcher is blind');
  }
}

/** Both screens show exactly this, top to bottom. Waits as long as people might; how long it took is the smoke run's business. */
async function bothShow(
  visitor: VisitorPage,
  operator: OperatorPage,
  said: readonly string[],
): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  for (;;) {
    const [seenByVisitor, seenByOperator] = [await visitor.texts(), await operator.texts()];
    const same = (texts: string[]) => texts.join('\n') === said.join('\n');
    if (same(seenByVisitor) && same(seenByOperator)) return;
    if (performance.now() > limit) {
      await shoot(visitor, operator, 'failed');
      assert.deepEqual(seenByVisitor, said, "the visitor's screen");
      assert.deepEqual(seenByOperator, said, "the operator's screen");
    }
    await pause(25);
  }
}

async function shoot(visitor: VisitorPage, operator: OperatorPage, name: string): Promise<void> {
  await visitor.page.screenshot({ path: join(shots, `${name}-visitor.png`) });
  await operator.page.screenshot({ path: join(shots, `${name}-operator.png`) });
}

function step(words: string): void {
  console.log(`e2e: ${words}`);
}

await toTheEnd(main);
