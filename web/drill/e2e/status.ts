// The status pages, with ninety days behind them: the public one at the Moderator and at a deployment, without scripts, and the
// operator view. Light, dark and on a phone: no violation that axe-core knows, and pictures in build/e2e for people to look at.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { toTheEnd } from '../src/end.ts';
import { type Installation, install } from '../src/installation/installation.ts';
import { programs } from '../src/paths.ts';
import { Program } from '../src/process.ts';
import { launchOptions } from './chromium.ts';
import { inBothSchemes } from './looking.ts';

const desktop = { width: 1100, height: 1400 };
const phone = { width: 390, height: 1800 };
const dayMs = 86_400_000;

async function main(): Promise<void> {
  const installation = await install({ moderator: false, operators: 0 });
  const browser = await chromium.launch(launchOptions);
  const moderator = moderatorOf(installation);
  try {
    writeHistory(join(dirname(installation.config('moderator')), 'moderator'));
    moderator.start();
    await moderator.ready();
    await publicPage(installation, browser);
    await operatorView(installation, browser);
    await moderator.stop();
    await deploymentAlone(installation, browser);
    console.log(
      'status passed: public pages and operator view, light, dark and phone, no axe violation',
    );
  } finally {
    await browser.close();
    await moderator.stop();
    await installation.close();
  }
}

function moderatorOf(installation: Installation): Program {
  return new Program({
    name: 'moderator',
    command: join(programs, 'holdfast'),
    args: ['moderate', '--config', installation.config('moderator')],
    logFile: join(installation.dir, 'moderator.log'),
    readyUrl: `${installation.moderatorUrls[0]}/livez`,
  });
}

// ---- ninety days, as the Moderator keeps them ----

function writeHistory(folder: string): void {
  const today = Math.floor(Date.now() / dayMs);
  const at = (daysAgo: number, ms: number) => (today - daysAgo) * dayMs + ms;
  const days = [];
  for (let ago = 80; ago >= 1; ago -= 1) {
    const primary = ago === 33 ? 192_000 : ago === 12 ? 5_400_000 : 0;
    const redundant = ago === 61 ? 1_260_000 : 0;
    const seen = ago === 45 ? 0 : dayMs;
    const times = (down: number) => ({ up_ms: seen - down, down_ms: down });
    const dark = ago === 61 ? 40_000 : 0;
    days.push({
      day: today - ago,
      service: times(dark),
      primary: {
        ...times(primary),
        probes_worked: 86_000,
        hedges_won: 12,
        behind_max: 140,
        planned_ms: ago === 12 ? primary : 0,
      },
      redundant: { ...times(redundant), probes_worked: 86_000, behind_max: 60 },
      windows: seen === 0 ? 0 : 288,
      client_ms: seen * 40,
      client_ms_dark: dark * 40,
      failovers: ago === 33 ? 1 : 0,
      failbacks: ago === 33 ? 1 : 0,
      moves_by_people: ago === 12 ? 1 : 0,
      ...(ago === 61 ? { dark_windows: [100] } : {}),
    });
  }
  const failure = {
    kind: 'deployment',
    deployment: 'primary',
    why: 'chat, peer',
    was_active: true,
    took_over_ms: 900,
    dark_ms: 0,
    hedges_won: 12,
  };
  const incidents = [
    {
      kind: 'deployment',
      deployment: 'redundant',
      why: 'chat, peer',
      from: at(61, 3e7),
      until: at(61, 3e7 + 1_260_000),
      dark_ms: 40_000,
    },
    { kind: 'service', why: '', from: at(61, 30_100_000), until: at(61, 30_140_000) },
    { kind: 'unseen', why: 'the Moderator was not running', from: at(45, 0), until: at(44, 0) },
    { ...failure, from: at(33, 4e7), until: at(33, 4e7 + 192_000) },
    {
      kind: 'switch',
      deployment: 'primary',
      why: 'failback: primary is healthy',
      from: at(33, 41_000_000),
      until: at(33, 41_000_000),
    },
    {
      kind: 'maintenance',
      deployment: 'primary',
      why: 'a:ann',
      from: at(12, 2e7),
      until: at(12, 2.6e7),
    },
    {
      kind: 'deployment',
      deployment: 'primary',
      why: 'chat',
      planned: true,
      from: at(12, 2.01e7),
      until: at(12, 2.55e7),
      dark_ms: 0,
    },
  ];
  const record = {
    v: 1,
    began: at(80, 0),
    observed: at(0, 0) - 1,
    now: { primary: 'up', redundant: 'up' },
    epoch: 3,
    clients: 40,
    days,
    incidents,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'record.json'), JSON.stringify({ generation: 1, record }));
}

// ---- the pages ----

/** The page of a browser without scripts, once it says `text`. */
async function plainPage(browser: Browser, url: string, text: string): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: desktop });
  const page = await context.newPage();
  await reloadUntil(page, url, text);
  return page;
}

async function reloadUntil(page: Page, url: string, text: string): Promise<void> {
  for (let left = 60; ; left -= 1) {
    await page.goto(url);
    const shown = await page.locator('body').innerText();
    if (shown.includes(text)) return;
    assert.ok(left > 0, `never on ${url}: ${text}\n${shown}`);
    await page.waitForTimeout(500);
  }
}

async function publicPage(installation: Installation, browser: Browser): Promise<void> {
  const url = `${installation.moderatorUrls[0]}/status`;
  const plain = await plainPage(browser, url, 'Both deployments carry chats.');
  const shown = await plain.locator('body').innerText();
  assert.match(shown, /3 min 12 s: Primary did not carry chats; Redundant took over after 0\.9 s/);
  assert.doesNotMatch(shown, /100 ?%|100\.0/);
  await plain.context().close();

  const page = await browser.newPage({ viewport: desktop });
  await page.goto(url);
  await inBothSchemes(page, 'status-public');
  await page.setViewportSize(phone);
  assert.ok(await fitsInto(page), 'nothing stands out at the side of a phone');
  await inBothSchemes(page, 'status-public-phone');
  await page.close();
}

function fitsInto(page: Page): Promise<boolean> {
  return page.evaluate(
    () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
  );
}

async function operatorView(installation: Installation, browser: Browser): Promise<void> {
  const url = `${installation.moderatorUrls[0]}/status/live`;
  const code = await installation.holdfast(
    'status',
    '--open',
    '--as',
    'ann',
    '--config',
    installation.config('moderator'),
  );
  const plain = await plainPage(browser, url, 'Sign in to the live view');
  await plain.getByLabel('Code').fill(code.trim().toLowerCase());
  await plain.getByRole('button', { name: 'Sign in' }).click();
  await plain.getByRole('button', { name: 'Freeze' }).click();
  await plain.getByRole('heading', { name: 'Freeze: no automatic moves?' }).waitFor();
  await plain.getByRole('button', { name: 'Freeze' }).click();
  await plain.getByText('frozen: no automatic moves', { exact: true }).waitFor();
  const cookies = await plain.context().cookies();
  await plain.context().close();

  const context = await browser.newContext({ viewport: desktop });
  const page = await context.newPage();
  await page.goto(url);
  await inBothSchemes(page, 'status-sign-in');
  await context.addCookies(cookies);
  await page.goto(url);
  await inBothSchemes(page, 'status-live');
  await page.setViewportSize(phone);
  assert.ok(await fitsInto(page), 'nothing stands out at the side of a phone');
  await inBothSchemes(page, 'status-live-phone');
  await page.getByRole('button', { name: 'Begin maintenance of Primary' }).click();
  await inBothSchemes(page, 'status-confirm-phone');
  await context.close();
}

async function deploymentAlone(installation: Installation, browser: Browser): Promise<void> {
  const plain = await plainPage(
    browser,
    `${installation.urls.redundant[0]}/status`,
    'This page comes from Redundant, which takes chats.',
  );
  assert.match(await plain.locator('body').innerText(), /Redundant took over after 0\.9 s/);
  await plain.context().close();
  const page = await browser.newPage({ viewport: desktop });
  await page.goto(`${installation.urls.redundant[0]}/status`);
  await inBothSchemes(page, 'status-deployment');
  await page.close();
}

await toTheEnd(main);
