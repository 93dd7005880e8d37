/// <reference lib="dom" />
// Two people of a drill who sit in front of real pages: the widget in a shop and the console, in Chromium. What they say and see goes into
// the same ledger as everybody's, every state of their screens included.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignIn } from '@holdfast/core';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { launchOptions } from '../../e2e/chromium.ts';
import { OperatorPage, VisitorPage } from '../../e2e/pages.ts';
import { seenBy, watchEverything } from '../../e2e/watch.ts';
import type { Venue } from '../clients.ts';
import type { Ledger } from '../ledger.ts';
import { pause } from '../process.ts';

const patienceMs = 60_000;

export class BrowserPair {
  readonly #context: BrowserContext;
  readonly #profile: string;
  readonly #visitor: Sitter;
  readonly #operator: Sitter;
  #talking: Promise<void> = Promise.resolve();
  #goesOn = false;

  private constructor(
    context: BrowserContext,
    profile: string,
    sitters: { readonly visitor: Sitter; readonly operator: Sitter },
  ) {
    this.#context = context;
    this.#profile = profile;
    this.#visitor = sitters.visitor;
    this.#operator = sitters.operator;
  }

  /** Signed in, and in a chat with each other. */
  static async meet(
    venue: Venue,
    ledger: Ledger,
    { chat, who }: { readonly chat: number; readonly who: SignIn },
  ): Promise<BrowserPair> {
    const profile = mkdtempSync(join(tmpdir(), 'holdfast-drill-browser-'));
    const context = await chromium.launchPersistentContext(profile, launchOptions);
    await watchEverything(context);
    await context.addInitScript(reportScreen);
    const operator = new OperatorPage(await context.newPage());
    const visitor = new VisitorPage(await context.newPage());
    for (const { page } of [operator, visitor]) page.setDefaultTimeout(patienceMs);
    const names = { visitor: 'visitor in a browser', operator: 'operator in a browser' };
    const sitters = {
      visitor: new Sitter(ledger, chat, names.visitor, names.operator),
      operator: new Sitter(ledger, chat, names.operator, names.visitor),
    };
    await sitters.visitor.watch(visitor.page);
    await sitters.operator.watch(operator.page);
    await operator.signIn(`${venue.consoleOrigin}/console/`, who);
    await visitor.open(venue.origin);
    await visitor.openChat();
    sitters.visitor.sitDown(visitor.page, visitor.composer);
    await sitters.visitor.say();
    await operator.acceptFirst();
    sitters.operator.sitDown(operator.page, operator.composer);
    return new BrowserPair(context, profile, sitters);
  }

  /** In turns, each a sentence every `everyMs`. */
  begin(everyMs: number): void {
    this.#goesOn = true;
    this.#talking = this.#talk(everyMs / 2);
  }

  async #talk(gapMs: number): Promise<void> {
    while (this.#goesOn) {
      for (const sitter of [this.#visitor, this.#operator]) {
        await pause(gapMs);
        if (this.#goesOn) await sitter.say();
      }
    }
  }

  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#talking;
  }

  /** What the pages told them of the failure. */
  async said(): Promise<readonly string[]> {
    const all = [this.#visitor, this.#operator].map((sitter) => sitter.told());
    return (await Promise.all(all)).flat();
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

/** One person, one page. */
class Sitter {
  readonly #ledger: Ledger;
  readonly #chat: number;
  readonly #name: string;
  readonly #other: string;
  #page: Page | undefined;
  #composer: Locator | undefined;
  #nth = 0;
  #heard = 0;

  constructor(ledger: Ledger, chat: number, name: string, other: string) {
    this.#ledger = ledger;
    this.#chat = chat;
    this.#name = name;
    this.#other = other;
  }

  #words(nth: number): string {
    return `${this.#name} in chat ${this.#chat}: line ${nth}`;
  }

  /** Before the page loads: every state of its screen goes into the ledger. */
  async watch(page: Page): Promise<void> {
    await page.exposeFunction('holdfastShows', (texts: readonly string[]) => {
      for (const text of texts)
        if (text.startsWith(this.#other))
          this.#heard = Math.max(this.#heard, Number(text.split('line ')[1]));
      this.#ledger.screen(this.#name, this.#chat, texts, performance.now());
    });
  }

  sitDown(page: Page, composer: Locator): void {
    this.#page = page;
    this.#composer = composer;
  }

  async say(): Promise<void> {
    if (this.#composer === undefined) throw new Error(`${this.#name} has no page`);
    const text = this.#words(this.#nth + 1);
    await this.#composer.fill(text);
    this.#nth += 1;
    this.#ledger.say({
      text,
      chat: this.#chat,
      by: this.#name,
      to: this.#other,
      nth: this.#nth,
      heard: this.#heard,
      intendedAt: performance.now(),
    });
    await this.#composer.press('Enter');
  }

  async told(): Promise<readonly string[]> {
    const seen = this.#page === undefined ? [] : await seenBy(this.#page);
    return seen.map((words) => `${this.#name}: ${words}`);
  }
}

/** Runs in the page, before anything else does. Must not refer to anything outside itself. */
function reportScreen(): void {
  const roots: ParentNode[] = [document];
  let last = '';
  const look = () => {
    const lines = roots.flatMap((root) => [...root.querySelectorAll('[role=log] .text')]);
    const texts = lines.map((line) => line.textContent ?? '');
    const now = JSON.stringify(texts);
    if (now === last) return;
    last = now;
    (window as unknown as { holdfastShows(texts: string[]): void }).holdfastShows(texts);
  };
  const watch = (root: Node) =>
    new MutationObserver(look).observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  watch(document);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    roots.push(root);
    watch(root);
    return root;
  };
}
