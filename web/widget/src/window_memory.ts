// What the window remembers over a reload, a navigation and in a second tab: is it open, and how far somebody has read.

import type { ChatId, Unsubscribe, Watched } from '@holdfast/core';
import { keep, readKept } from './kept.ts';

export interface WindowState {
  readonly open: boolean;
  /** How many messages of others were seen in the chat `chat`. */
  readonly chat: ChatId | null;
  readonly seen: number;
  /** The closed chat that the visitor has left behind to start a new one. */
  readonly left: ChatId | null;
}

const fresh: WindowState = { open: false, chat: null, seen: 0, left: null };

export class WindowMemory implements Watched<WindowState> {
  readonly #key: string;
  readonly #listeners = new Set<(state: WindowState) => void>();
  #state: WindowState;
  /** The window was opened or closed by a person just now, who then expects the keyboard there. */
  byHand = false;

  constructor(site: string) {
    this.#key = `holdfast:${site}:window`;
    this.#state = parseState(readKept(this.#key));
  }

  get(): WindowState {
    return this.#state;
  }

  subscribe(listener: (state: WindowState) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(part: Partial<WindowState>): void {
    this.#become({ ...this.#state, ...part });
    keep(this.#key, JSON.stringify(this.#state));
  }

  show(open: boolean, byHand = false): void {
    this.byHand = byHand;
    this.change({ open });
  }

  /** Another tab wrote: what was read there was read. Whether its window is open is its own business. */
  hear(key: string | null, text: string | null): void {
    if (key === this.#key) this.#become({ ...parseState(text ?? ''), open: this.#state.open });
  }

  #become(state: WindowState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Whatever is no state any more counts as nothing remembered. */
export function parseState(text: string): WindowState {
  try {
    const { open, chat, seen, left } = JSON.parse(text) as Partial<Record<string, unknown>>;
    return {
      open: open === true,
      chat: typeof chat === 'string' ? chat : null,
      seen: typeof seen === 'number' ? seen : 0,
      left: typeof left === 'string' ? left : null,
    };
  } catch {
    return fresh;
  }
}
