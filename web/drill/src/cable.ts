// A cable into or out of a data centre: a TCP relay that carries bytes with a fixed delay, as a distance would. Both its
// ends lie in the data centre's network, so that a fault in that network cuts it too; and when the data centre is lost
// at once, what was on its way is lost with it.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface CableSpec {
  /** Where the near end listens. Port 0 asks for a free one. */
  readonly listen: string;
  readonly port?: number;
  /** Source address of the far leg. */
  readonly from: string;
  readonly to: { readonly host: string; readonly port: number };
  readonly delayMs: number;
}

export class Cable {
  readonly #spec: CableSpec;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;

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

  /** Every connection is reset, bytes on their way are gone, and nobody gets in until mend(). */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.#cut = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: Socket): void {
    if (this.#cut) {
      near.on('error', () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect({
      ...this.#spec.to,
      localAddress: this.#spec.from,
      allowHalfOpen: true,
      noDelay: true,
    });
    this.#carry(near, far);
    this.#carry(far, near);
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    const later = (act: () => void) => setTimeout(act, this.#spec.delayMs);
    from.on('data', (bytes) => later(() => to.writable && to.write(bytes)));
    from.on('end', () => later(() => to.end()));
    // A reset travels as a reset: whoever waits at the other end must not mistake it for a goodbye.
    from.on('error', () => later(() => to.resetAndDestroy()));
    from.on('close', () => {
      this.#sockets.delete(from);
      later(() => to.destroy());
    });
  }
}
