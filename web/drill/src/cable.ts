// A cable into or out of a data centre: a TCP relay that carries bytes with a fixed delay, as a distance would. Both its
// ends lie in the data centre's network, so that a fault in that network cuts it too; and when the data centre is lost
// at once, what was on its way is lost with it.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Drops, ServerFrames, withoutCompression } from './frames.ts';

export interface CableSpec {
  /** Where the near end listens. Port 0 asks for a free one. */
  readonly listen: string;
  readonly port?: number;
  /** Source address of the far leg. */
  readonly from: string;
  readonly to: { readonly host: string; readonly port: number };
  readonly delayMs: number;
  /** No compression is agreed over it, so that `mute` finds the messages. */
  readonly legible?: boolean;
}

/** Takes one fault away again; the cable is whole when none is left. */
export type Mend = () => void;

export class Cable {
  readonly #spec: CableSpec;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What happened at an end of a silent cable, in order: nobody hears of it before mend(). */
  #held: (() => void)[] = [];
  readonly #cuts = new Set<Mend>();
  readonly #silences = new Set<Mend>();
  readonly #mutes = new Map<Mend, Drops>();

  private constructor(spec: CableSpec) {
    this.#spec = spec;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#join(near));
  }

  static async lay(spec: CableSpec): Promise<Cable> {
    const cable = new Cable(spec);
    await new Promise<void>((resolve, reject) => {
      cable.#server.once('error', reject);
      cable.#server.listen(spec.port ?? 0, spec.listen, resolve);
    });
    return cable;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${this.#spec.listen}:${this.port}`;
  }

  /** Every connection is reset, bytes on their way are gone, and nobody gets in until it is mended. */
  cut(): Mend {
    this.#held = [];
    for (const socket of this.#sockets) socket.resetAndDestroy();
    return this.#suffer(this.#cuts);
  }

  /**
   * Nothing comes through and nobody is told: no FIN, no RST, no answer to who knocks. What is said meanwhile comes through
   * once it is mended, as TCP would have sent it again and again.
   */
  swallow(): Mend {
    for (const socket of this.#sockets) socket.pause();
    return this.#suffer(this.#silences);
  }

  /** Of what the far end says over WebSockets these messages do not arrive; everything else does. Of a legible cable. */
  mute(drops: Drops): Mend {
    if (this.#spec.legible !== true) throw new Error('nobody can read what goes over this cable');
    const mend = () => void this.#mutes.delete(mend);
    this.#mutes.set(mend, drops);
    return mend;
  }

  #suffer(faults: Set<Mend>): Mend {
    const mend = () => {
      if (faults.delete(mend) && this.#condition === 'whole') this.#recover();
    };
    faults.add(mend);
    return mend;
  }

  #recover(): void {
    const held = this.#held;
    this.#held = [];
    for (const happen of held) happen();
    for (const socket of this.#sockets) socket.resume();
  }

  get #condition(): 'whole' | 'cut' | 'silent' {
    if (this.#cuts.size > 0) return 'cut';
    return this.#silences.size > 0 ? 'silent' : 'whole';
  }

  async close(): Promise<void> {
    this.#held = [];
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: Socket): void {
    if (this.#condition !== 'whole') {
      this.#turnAway(near);
      return;
    }
    const far = connect({
      ...this.#spec.to,
      localAddress: this.#spec.from,
      allowHalfOpen: true,
      noDelay: true,
    });
    if (this.#spec.legible !== true) {
      this.#carry(near, far);
      this.#carry(far, near);
      return;
    }
    let asked = false;
    this.#carry(near, far, (bytes) => {
      if (asked) return bytes;
      asked = true;
      return withoutCompression(bytes);
    });
    const frames = new ServerFrames((message) =>
      [...this.#mutes.values()].some((drops) => drops(message)),
    );
    this.#carry(far, near, (bytes) => frames.pass(bytes));
  }

  #turnAway(near: Socket): void {
    near.on('error', () => {});
    if (this.#condition === 'cut') {
      near.resetAndDestroy();
      return;
    }
    near.pause();
    this.#sockets.add(near);
    near.on('close', () => this.#sockets.delete(near));
    this.#held.push(() => near.destroyed || this.#join(near));
  }

  #carry(from: Socket, to: Socket, what = (bytes: Buffer) => bytes): void {
    this.#sockets.add(from);
    const later = (act: () => void) => setTimeout(() => this.#arrive(act), this.#spec.delayMs);
    from.on('data', (bytes: Buffer) => {
      const passed = what(bytes);
      later(() => to.writable && to.write(passed));
    });
    from.on('end', () => later(() => to.end()));
    // A reset travels as a reset: whoever waits at the other end must not mistake it for a goodbye.
    from.on('error', () => later(() => to.resetAndDestroy()));
    from.on('close', () => {
      this.#sockets.delete(from);
      later(() => to.destroy());
    });
  }

  #arrive(act: () => void): void {
    if (this.#condition === 'silent') this.#held.push(act);
    else act();
  }
}
