import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { load } from '../src/loader.ts';
import { FakePage, facts } from './page.ts';

let page: FakePage;
beforeEach(() => {
  vi.useFakeTimers();
  page = new FakePage();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the script', () => {
  it('is asked of the first host, and of nobody else while that may answer', () => {
    load(facts);
    expect(page.asked).toEqual(['https://a']);
    page.runs();
    vi.advanceTimersByTime(3_600_000);
    expect(page.asked).toEqual(['https://a']);
  });

  it('is asked of the next host at once when one fails', () => {
    load(facts);
    page.script.onerror();
    expect(page.asked).toEqual(['https://a', 'https://a2']);
  });

  it('is asked of the next host after three seconds when one hangs', () => {
    load(facts);
    vi.advanceTimersByTime(2_999);
    expect(page.asked).toEqual(['https://a']);
    vi.advanceTimersByTime(1);
    expect(page.asked).toEqual(['https://a', 'https://a2']);
    vi.advanceTimersByTime(3_000);
    expect(page.asked).toEqual(['https://a', 'https://a2', 'https://b']);
  });

  it('that is something else than the widget counts as none', () => {
    load(facts);
    page.script.onload();
    expect(page.asked).toEqual(['https://a', 'https://a2']);
  });

  it('that comes late ends the search', () => {
    load(facts);
    const [first] = page.scripts;
    vi.advanceTimersByTime(3_000);
    page.runs();
    first?.onload();
    page.script.onerror();
    vi.advanceTimersByTime(3_600_000);
    expect(page.asked).toEqual(['https://a', 'https://a2']);
  });

  it('whose host hung and then failed is not asked for twice', () => {
    load(facts);
    const [first] = page.scripts;
    vi.advanceTimersByTime(3_000);
    first?.onerror();
    expect(page.asked).toEqual(['https://a', 'https://a2']);
  });

  it('is asked for again and again, ever more slowly, when no host has it; said once', () => {
    load(facts);
    const failing = (ms: number) => {
      const before = page.scripts.length;
      const end = Date.now() + ms;
      while (Date.now() < end) {
        page.script.onerror();
        vi.advanceTimersByTime(10);
      }
      return page.scripts.length - before;
    };
    const early = failing(60_000);
    failing(600_000);
    const late = failing(600_000) / 10;
    expect(early).toBeGreaterThan(2 * late);
    expect(late).toBeGreaterThan(1); // at most a minute between the rounds
    expect(page.warnings).toHaveLength(1);
    page.runs();
    vi.advanceTimersByTime(600_000);
    expect(page.Holdfast?.run).toBeDefined();
  });

  it('is asked for at once when the network comes back', () => {
    load(facts);
    for (let i = 0; i < 3; i += 1) {
      page.script.onerror();
    }
    expect(page.scripts).toHaveLength(3);
    page.happens('online');
    expect(page.scripts).toHaveLength(4);
    page.happens('online');
    expect(page.scripts).toHaveLength(4);
  });

  it('waits until the page is loaded, but not for ever', () => {
    page.readyState = 'interactive';
    load(facts);
    expect(page.asked).toEqual([]);
    page.happens('load');
    expect(page.asked).toEqual(['https://a']);
    vi.advanceTimersByTime(2_999);
    expect(page.asked).toEqual(['https://a']);
  });

  it('is asked for by a page that never ends to load', () => {
    page.readyState = 'interactive';
    load(facts);
    vi.advanceTimersByTime(5_000);
    expect(page.asked).toEqual(['https://a']);
    page.happens('load');
    expect(page.asked).toEqual(['https://a']);
  });

  it('carries the nonce of the snippet', () => {
    page.currentScript = { nonce: 'abc' };
    load(facts);
    expect(page.script.nonce).toBe('abc');
  });

  it('has an address that a page of trusted types takes', () => {
    page.trustedTypes = {
      createPolicy: (
        name: string,
        { createScriptURL }: { createScriptURL(url: string): string },
      ) => ({
        createScriptURL: (url: string) => `${name}:${createScriptURL(url)}`,
      }),
    };
    load(facts);
    expect(page.script.src).toBe('holdfast:https://a/widget/holdfast.js');
  });
});

describe('the host that answered last', () => {
  it('is asked first on the next page, the others keep their order', () => {
    load(facts);
    page.script.onerror();
    page.runs();
    const { storage } = page;
    page = new FakePage();
    page.storage = storage;
    load(facts);
    page.script.onerror();
    page.script.onerror();
    expect(page.asked).toEqual(['https://a2', 'https://a', 'https://b']);
  });

  it('is forgotten when the snippet does not name it any more', () => {
    page.storage = new Map([['holdfast:host', 'https://gone']]);
    load(facts);
    expect(page.asked).toEqual(['https://a']);
  });

  it('is nobody where storage is blocked', () => {
    page.storage = null;
    load(facts);
    page.runs();
    expect(page.asked).toEqual(['https://a']);
    expect(page.errors).toEqual([]);
  });
});

describe('calls', () => {
  it('are kept until the widget is there, and then go straight to it', () => {
    load(facts);
    page.Holdfast?.('boot', { site: 'shop' });
    page.Holdfast?.('open');
    const done = page.runs();
    page.Holdfast?.('close');
    expect(done).toEqual([['boot', { site: 'shop' }], ['open'], ['close']]);
  });

  it('reach the same function for ever: a page may keep it', () => {
    load(facts);
    const kept = page.Holdfast;
    const done = page.runs();
    kept?.('open');
    expect(done).toEqual([['open']]);
  });
});

describe('a second snippet', () => {
  it('of the same installation does nothing', () => {
    load(facts);
    const first = page.Holdfast;
    load(structuredClone(facts));
    expect(page.Holdfast).toBe(first);
    expect(page.scripts).toHaveLength(1);
    expect(page.errors).toEqual([]);
  });

  it('of another installation is refused, and says so', () => {
    load(facts);
    load({ ...facts, deployments: { primary: ['https://c'], redundant: ['https://d'] } });
    expect(page.scripts).toHaveLength(1);
    expect(page.errors).toEqual([expect.stringContaining('this one is refused')]);
  });

  it('is not mistaken for an element of that name', () => {
    page.Holdfast = { tagName: 'DIV' } as never;
    load(facts);
    expect(page.scripts).toHaveLength(1);
  });
});

describe('another script of the widget', () => {
  it('is brought in the same way, first from the host that answered last', () => {
    load(facts);
    page.script.onerror();
    page.runs();
    let there = false;
    page.Holdfast?.bring('/widget/aside.js', () => there);
    page.script.onerror();
    vi.advanceTimersByTime(3_000);
    expect(page.scripts.slice(2).map(({ src }) => src)).toEqual([
      'https://a2/widget/aside.js',
      'https://a/widget/aside.js',
      'https://b/widget/aside.js',
    ]);
    there = true;
    page.script.onload();
    vi.advanceTimersByTime(3_600_000);
    expect(page.scripts).toHaveLength(5);
  });
});
