import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseState, WindowMemory } from '../src/window_memory.ts';

const key = 'holdfast:shop:window';

describe('what the window remembers', () => {
  const stored = new Map<string, string>();
  beforeEach(() => {
    stored.clear();
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, text: string) => stored.set(name, text),
      removeItem: (name: string) => stored.delete(name),
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is there after a reload', () => {
    new WindowMemory('shop').change({ open: true, chat: 'c', seen: 3 });
    expect(new WindowMemory('shop').get()).toEqual({ open: true, chat: 'c', seen: 3, left: null });
  });

  it('is kept apart for each site', () => {
    new WindowMemory('shop').change({ open: true });
    expect(new WindowMemory('other').get().open).toBe(false);
  });

  it('hears what was read in another tab, and keeps its own window as it is', () => {
    const memory = new WindowMemory('shop');
    const heard: number[] = [];
    memory.subscribe(({ seen }) => heard.push(seen));
    memory.hear(key, JSON.stringify({ open: true, chat: 'c', seen: 4, left: null }));
    memory.hear('another key', JSON.stringify({ seen: 9 }));
    expect(memory.get()).toEqual({ open: false, chat: 'c', seen: 4, left: null });
    expect(heard).toEqual([4]);
  });

  it('lasts as long as the page where storage is blocked', () => {
    const blocked = () => {
      throw new Error('blocked');
    };
    vi.stubGlobal('localStorage', { getItem: blocked, setItem: blocked, removeItem: blocked });
    new WindowMemory('blocked').change({ open: true });
    expect(new WindowMemory('blocked').get().open).toBe(true);
  });

  it.each(['', 'null', '[]', '{"open":1,"chat":2,"seen":"x"}', 'nonsense'])(
    'is nothing when %j was stored',
    (text) => {
      expect(parseState(text)).toEqual({ open: false, chat: null, seen: 0, left: null });
    },
  );
});
