// How far one person's own network reaches: what their office or their telephone does not let through, while everybody else's does.

import type { Channel, ChannelHooks, Transport } from '@holdfast/core';

export class Reach {
  #closed: ReadonlySet<string> = new Set();
  readonly #open = new Map<Channel, string>();

  /** The transport, as far as it reaches. */
  of(transport: Transport): Transport {
    return { open: (url, hooks) => this.#dial(transport, url, hooks) };
  }

  /** No connection to these any more; those that there are end. */
  cut(urls: readonly string[]): void {
    this.#closed = new Set(urls);
    for (const [channel, url] of [...this.#open]) if (this.#closed.has(url)) channel.close();
  }

  mend(): void {
    this.#closed = new Set();
  }

  #dial(transport: Transport, url: string, hooks: ChannelHooks): Channel {
    if (this.#closed.has(url)) return refused(hooks, 'this network does not reach it');
    const channel = transport.open(url, {
      text: (frame) => hooks.text(frame),
      closed: (code, why) => {
        this.#open.delete(channel);
        hooks.closed(code, why);
      },
    });
    this.#open.set(channel, url);
    return channel;
  }
}

/** A channel that never opens. */
export function refused(hooks: ChannelHooks, why: string): Channel {
  setImmediate(() => hooks.closed(1006, why));
  return { send: () => false, close: () => undefined };
}
