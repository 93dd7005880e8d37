// One site's widget from boot to its end: client, remembered things and the element in the page. All of it lives in the host page's own
// origin: outbox and identity stay there, not under a deployment's domain.

import { type Client, createClient, visitorAuthor } from '@holdfast/core';
import { browserSeams, clearStore, forgetIdentity, loadIdentity } from '@holdfast/core/browser';
import type { Facts } from '@holdfast/loader/stub';
import { render } from 'preact';
import { forget, forgottenKey, keep, readKept } from './kept.ts';
import type { Person, Standing, Tell } from './page_api.ts';
import { countInTitle } from './page_title.ts';
import style from './widget.css?inline';
import { Widget } from './widget.tsx';
import { WindowMemory } from './window_memory.ts';

/** Whoever boots next is somebody new. */
let forgetting: Promise<void> = Promise.resolve();

// The identity last: it names the database. A page that is left in the middle has left a mark, and the next one goes on.
async function finishForgetting(site: string): Promise<void> {
  const identity = await loadIdentity(site);
  await clearStore({ site, author: visitorAuthor(site, identity) });
  await forgetIdentity(site);
  keep(forgottenKey(site), '');
}

export class WidgetOnPage implements Standing {
  readonly site: string;
  readonly #facts: Facts;
  readonly #tell: Tell;
  readonly #memory: WindowMemory;
  readonly #host = document.createElement('div');
  // What other tabs changed.
  readonly #hear = ({ key, newValue }: StorageEvent) => {
    if (key !== forgottenKey(this.site)) this.#memory.hear(key, newValue);
    else if (newValue) this.leave();
  };
  readonly #there: Promise<Client>;
  #person: Person = {};
  /** Draws it as it is now; once it stands in the page. */
  #show: (() => void) | undefined;
  gone = false;

  constructor(site: string, facts: Facts, tell: Tell) {
    this.site = site;
    this.#facts = facts;
    this.#tell = tell;
    this.#memory = new WindowMemory(site);
    addEventListener('storage', this.#hear);
    this.#there = this.#appear();
  }

  show(open: boolean): void {
    this.#memory.show(open, navigator.userActivation?.isActive);
  }

  know(person: Person): void {
    this.#person = person;
    this.#show?.();
  }

  leave(): void {
    if (this.gone) return;
    this.gone = true;
    removeEventListener('storage', this.#hear);
    void this.#there.then((client) => client.close());
    if (this.#host.shadowRoot) render(null, this.#host.shadowRoot);
    this.#show = undefined;
    this.#host.remove();
    countInTitle(0);
  }

  async forget(): Promise<void> {
    this.leave();
    forget(this.site);
    forgetting = this.#there.then(() => finishForgetting(this.site));
    await forgetting;
  }

  async #appear(): Promise<Client> {
    const { site } = this;
    await forgetting;
    if (readKept(forgottenKey(site))) await finishForgetting(site);
    const identity = await loadIdentity(site);
    const client = createClient({
      role: 'visitor',
      site,
      ...this.#facts,
      credentials: identity,
      seams: browserSeams({ site, author: visitorAuthor(site, identity) }),
      page: location.href,
    });
    await client.start();
    if (document.readyState === 'loading')
      await new Promise((ready) => addEventListener('DOMContentLoaded', ready));
    if (!this.gone) this.#draw(client);
    return client;
  }

  #draw(client: Client): void {
    const host = this.#host;
    host.id = 'holdfast';
    const root = host.attachShadow({ mode: 'open' });
    // No <style> and no style attribute anywhere: the page's policy may forbid both.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    // The page's shortcuts are not meant for what is typed in here: to them a field in a shadow root is no field.
    for (const name of ['keydown', 'keypress', 'keyup'])
      host.addEventListener(name, (event) => event.stopPropagation());
    document.body.append(host);
    this.#show = () =>
      render(
        <Widget
          client={client}
          site={this.site}
          memory={this.#memory}
          person={this.#person}
          tell={this.#tell}
        />,
        root,
      );
    this.#show();
    this.#tell('ready');
  }
}
