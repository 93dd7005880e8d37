// The two pages as the people in front of them use them.

import type { Locator, Page } from 'playwright-core';

export class VisitorPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole('button', { name: 'Chat with us' }).waitFor();
  }

  async openChat(): Promise<void> {
    await this.page.getByRole('button', { name: 'Chat with us' }).click();
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Your message' });
  }

  /** A field of the form that is there while nobody is. */
  field(name: 'Your name' | 'Your e-mail' | 'Your message'): Locator {
    return this.page.getByRole('textbox', { name });
  }

  /** Once it is sure that nobody is there. */
  async openForm(): Promise<void> {
    await this.page.getByRole('button', { name: /leave a message/ }).click();
    await this.field('Your e-mail').waitFor();
  }

  async leave(): Promise<void> {
    await this.page.getByRole('button', { name: 'Leave this message' }).click();
  }

  texts(): Promise<string[]> {
    return textsOf(this.page);
  }
}

export class OperatorPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async signIn(
    url: string,
    who: { site: string; operator: string; password: string },
  ): Promise<void> {
    await this.page.goto(url);
    await this.page.getByLabel('Site').fill(who.site);
    await this.page.getByLabel('Operator').fill(who.operator);
    await this.page.getByLabel('Password').fill(who.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  async acceptFirst(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Accept/ })
      .first()
      .click();
    await this.hasIt();
  }

  /** The chat on the screen is theirs. One can begin to write before that. */
  async hasIt(): Promise<void> {
    await this.page.getByRole('button', { name: 'Release' }).waitFor();
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Your answer' });
  }

  texts(): Promise<string[]> {
    return textsOf(this.page);
  }
}

async function textsOf(page: Page): Promise<string[]> {
  return page.getByRole('log').locator('.text').allTextContents();
}
