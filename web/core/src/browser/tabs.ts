// Which tabs of this origin are visible. A visible tab says so again and again, because a tab that crashes says nothing.
import type { Page, Tabs } from '../api.ts';
import { Listeners } from '../watched.ts';

const RENEW_MS = 20_000;
const FORGET_MS = 90_000; // hidden tabs wake once a minute

interface Word {
  readonly tab: string;
  readonly visible: boolean;
  /** Please say what you are. */
  readonly ask: boolean;
}

export class BrowserTabs implements Tabs {
  #channel: BroadcastChannel | null;
  readonly #page: Page;
  readonly #me = crypto.getRandomValues(new Uint32Array(2)).join('-');
  readonly #visible = new Map<string, number>();
  readonly #listeners = new Listeners<[]>();

  readonly #undo: (() => void)[] = [];

  constructor(name: string, page: Page) {
    this.#page = page;
    this.#channel =
      typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`${name}-tabs`);
    const hear = ({ data }: MessageEvent) => this.#hear(data as Word);
    this.#channel?.addEventListener('message', hear);
    const leave = () => this.#post({ tab: this.#me, visible: false, ask: false });
    addEventListener('pagehide', leave);
    const renewal = setInterval(() => this.#say(false), RENEW_MS);
    this.#undo.push(
      page.watch(() => this.#say(false)),
      () => removeEventListener('pagehide', leave),
      () => clearInterval(renewal),
    );
    this.#say(true);
  }

  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#post({ tab: this.#me, visible: false, ask: false });
    this.#channel?.close();
    this.#channel = null;
    this.#listeners.clear();
  }

  otherVisible(): boolean {
    const now = performance.now();
    return [...this.#visible.values()].some((until) => until > now);
  }

  watch(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  #say(ask: boolean): void {
    this.#post({ tab: this.#me, visible: this.#page.visible(), ask });
  }

  #post(word: Word): void {
    this.#channel?.postMessage(word);
  }

  #hear({ tab, visible, ask }: Word): void {
    if (visible) this.#visible.set(tab, performance.now() + FORGET_MS);
    else this.#visible.delete(tab);
    if (ask) this.#say(false);
    this.#listeners.tell();
  }
}
