// How a page looks in light and in dark: a picture of each in build/e2e for people to look at, and no violation that axe-core knows.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../src/paths.ts';
import { violationsOf } from './axe.ts';

/** HOLDFAST_SHOTS: where pictures go instead of build/e2e. */
export const shots = process.env.HOLDFAST_SHOTS ?? join(repository, 'build/e2e');
mkdirSync(shots, { recursive: true });
export async function inBothSchemes(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(shots, `${name}-${scheme}.png`) });
    const violations = await violationsOf(page);
    assert.equal(violations.length, 0, `${name}, ${scheme}:\n${violations.join('\n')}`);
  }
}
