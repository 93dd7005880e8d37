// As much of a page as the loader touches. The scripts that it asks for do nothing by themselves: the test says what becomes of each.

import { vi } from 'vitest';
import type { Facts, Stub } from '../src/stub.ts';

export interface FakeScript {
  src: string;
  nonce?: string;
  onload(): void;
  onerror(): void;
}

export class FakePage {
  readonly scripts: FakeScript[] = [];
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  /** null: blocked. */
  storage: Map<string, string> | null = new Map();
  readyState = 'complete';
  currentScript: { nonce?: string } | null = {};
  Holdfast?: Stub;
  trustedTypes?: object;
  readonly #listeners = new Map<string, (() => void)[]>();

  constructor() {
    const page = this;
    const stored = () => {
      if (page.storage === null) throw new Error('blocked');
      return page.storage;
    };
    vi.stubGlobal('window', this);
    vi.stubGlobal('document', {
      get readyState() {
        return page.readyState;
      },
      get currentScript() {
        return page.currentScript;
      },
      createElement: () => ({}),
      head: { append: (script: FakeScript) => page.scripts.push(script) },
    });
    vi.stubGlobal('addEventListener', (name: string, call: () => void) =>
      page.#listeners.set(name, [...(page.#listeners.get(name) ?? []), call]),
    );
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => stored().get(key) ?? null,
      setItem: (key: string, text: string) => void stored().set(key, text),
    });
    vi.stubGlobal('console', {
      error: (words: string) => page.errors.push(words),
      warn: (words: string) => page.warnings.push(words),
    });
  }

  happens(event: 'load' | 'online'): void {
    for (const call of this.#listeners.get(event) ?? []) call();
  }

  /** Which hosts were asked for the widget, in order. */
  get asked(): string[] {
    return this.scripts.map(({ src }) => src.replace('/widget/holdfast.js', ''));
  }

  get script(): FakeScript {
    const last = this.scripts.at(-1);
    if (last === undefined) throw new Error('nothing was asked for');
    return last;
  }

  /** The widget's script runs: it takes over the calls. */
  runs(): unknown[] {
    const stub = this.Holdfast as Stub;
    const done: unknown[] = stub.calls.splice(0);
    stub.run = (call) => void done.push(call);
    this.script.onload();
    return done;
  }
}

export const facts: Facts = {
  deployments: { primary: ['https://a', 'https://a2'], redundant: ['https://b'] },
  moderators: ['https://m'],
  moderatorKeys: {},
};
