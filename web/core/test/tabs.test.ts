import { afterEach, expect, test } from 'vitest';
import type { Page } from '../src/api.ts';
import { BrowserTabs } from '../src/browser/tabs.ts';

class FakePage implements Page {
  #visible: boolean;
  #listeners = new Set<() => void>();
  constructor(visible: boolean) {
    this.#visible = visible;
  }
  visible = () => this.#visible;
  online = () => true;
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  show(visible: boolean): void {
    this.#visible = visible;
    for (const listener of this.#listeners) listener();
  }
}

globalThis.addEventListener ??= () => {};
globalThis.removeEventListener ??= () => {};
const open: BrowserTabs[] = [];

function tab(page: Page): BrowserTabs {
  const tabs = new BrowserTabs('holdfast-tabs-test', page);
  open.push(tabs);
  return tabs;
}

function told(tabs: BrowserTabs): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = tabs.watch(() => {
      unsubscribe();
      resolve();
    });
  });
}

afterEach(() => {
  for (const tabs of open.splice(0)) tabs.close();
});

test('A hidden tab learns that another one is visible, and when that one hides or goes', async () => {
  const page = new FakePage(true);
  const visible = tab(page);
  const hidden = tab(new FakePage(false));
  await told(hidden);
  expect(hidden.otherVisible()).toBe(true);
  expect(visible.otherVisible()).toBe(false);
  page.show(false);
  await told(hidden);
  expect(hidden.otherVisible()).toBe(false);
  page.show(true);
  await told(hidden);
  expect(hidden.otherVisible()).toBe(true);
  visible.close();
  visible.close();
  await told(hidden);
  expect(hidden.otherVisible()).toBe(false);
});
