// Sockets between clients and deployments: ordered and delayed like TCP, and as bad as a test wants them.
import type { Channel, ChannelHooks, Transport } from '../../src/api.ts';
import type { SimClock } from './clock.ts';
import type { Dice } from './dice.ts';

/** What lies between one client and one deployment. */
export interface Path {
  latencyMs: number;
  jitterMs: number;
  /** Frames vanish silently; the socket stays open. */
  blackholeUp: boolean;
  blackholeDown: boolean;
  /** A frame is lost, or arrives twice, with this probability. */
  drop: number;
  duplicate: number;
}

export function goodPath(): Path {
  return {
    latencyMs: 5,
    jitterMs: 2,
    blackholeUp: false,
    blackholeDown: false,
    drop: 0,
    duplicate: 0,
  };
}

/** The server's end of a socket. */
export interface ServerEnd {
  send(text: string): void;
  close(code: number, why: string): void;
}

export interface ServerHooks {
  text(text: string): void;
  closed(): void;
}

export interface Listener {
  /** null: nobody listens, the connection is refused. */
  connect(end: ServerEnd, url: string): ServerHooks | null;
}

export class Network implements Transport {
  readonly #clock: SimClock;
  readonly #dice: Dice;
  readonly #path: (url: string) => Path;
  readonly #listener: (url: string) => Listener | null;
  readonly #sockets = new Set<Socket>();
  opened = 0;

  constructor(
    clock: SimClock,
    dice: Dice,
    path: (url: string) => Path,
    listener: (url: string) => Listener | null,
  ) {
    this.#clock = clock;
    this.#dice = dice;
    this.#path = path;
    this.#listener = listener;
  }

  open(url: string, hooks: ChannelHooks): Channel {
    this.opened++;
    const socket = new Socket(this.#clock, this.#dice, this.#path(url), hooks);
    this.#sockets.add(socket);
    socket.dial(this.#listener(url), url);
    return socket;
  }

  /** The client's machine is gone: no socket of it will ever say anything again. */
  vanish(): void {
    for (const socket of this.#sockets) socket.vanish();
  }
}

class Socket implements Channel {
  readonly #clock: SimClock;
  readonly #dice: Dice;
  readonly #path: Path;
  readonly #client: ChannelHooks;
  #server: ServerHooks | null = null;
  #clientOpen = true;
  #serverOpen = false;
  #upAt = 0;
  #downAt = 0;

  constructor(clock: SimClock, dice: Dice, path: Path, client: ChannelHooks) {
    this.#clock = clock;
    this.#dice = dice;
    this.#path = path;
    this.#client = client;
  }

  dial(listener: Listener | null, url: string): void {
    if (this.#path.blackholeUp) return; // the SYN is lost
    this.#clock.after(this.#path.latencyMs, () => {
      if (!this.#clientOpen || this.#path.blackholeUp) return;
      this.#serverOpen = true;
      this.#server =
        listener?.connect(
          {
            send: (text) => this.#down(text),
            close: (code, why) => this.#closeByServer(code, why),
          },
          url,
        ) ?? null;
      if (this.#server === null) this.#closeByServer(1006, 'refused');
    });
  }

  send(text: string): boolean {
    if (!this.#clientOpen) return false;
    this.#transfer('up', () => {
      if (this.#serverOpen) this.#server?.text(text);
    });
    return true;
  }

  close(code = 1000, why = ''): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    void Promise.resolve().then(() => this.#client.closed(code, why)); // a late callback: to be ignored
    this.#transfer('up', () => this.#hangUpServer(), true);
  }

  vanish(): void {
    this.#clientOpen = false;
    this.#clock.after(30_000, () => this.#hangUpServer());
  }

  #down(text: string): void {
    if (!this.#serverOpen) return;
    this.#transfer('down', () => {
      if (this.#clientOpen) this.#client.text(text);
    });
  }

  #closeByServer(code: number, why: string): void {
    this.#hangUpServer();
    this.#transfer(
      'down',
      () => {
        if (!this.#clientOpen) return;
        this.#clientOpen = false;
        this.#client.closed(code, why);
      },
      true,
    );
  }

  #hangUpServer(): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#server?.closed();
  }

  #transfer(way: 'up' | 'down', arrive: () => void, whole = false): void {
    const { latencyMs, jitterMs, drop, duplicate, blackholeUp, blackholeDown } = this.#path;
    if (way === 'up' ? blackholeUp : blackholeDown) return;
    if (!whole && this.#dice.chance(drop)) return;
    const earliest = way === 'up' ? this.#upAt : this.#downAt;
    const at = Math.max(earliest, this.#clock.now + latencyMs + this.#dice.next() * jitterMs);
    if (way === 'up') this.#upAt = at;
    else this.#downAt = at;
    this.#clock.after(at - this.#clock.now, arrive);
    if (!whole && this.#dice.chance(duplicate)) this.#clock.after(at - this.#clock.now, arrive);
  }
}
