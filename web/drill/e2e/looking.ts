// How a page looks in light and in dark: a picture of each in build/e2e for people to look at, and no violation that axe-core knows.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../src/paths.ts';

export const shots = join(repository, 'build/e2e');
mkdirSync(shots, { recursive: true });
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

interface AxeViolation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

export async function inBothSchemes(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(shots, `${name}-${scheme}.png`) });
    const violations = await violationsOf(page);
    assert.equal(violations.length, 0, `${name}, ${scheme}:\n${violations.map(told).join('\n')}`);
  }
}

// Evaluated rather than added as a script: the pages' own policy allows no foreign one, and stays as it is.
async function violationsOf(page: Page): Promise<readonly AxeViolation[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: AxeViolation[] }> };
    };
    return (await axe.run()).violations;
  });
}

function told({ id, help, nodes }: AxeViolation): string {
  return `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n    ${failureSummary ?? ''}`).join('\n')}`;
}
