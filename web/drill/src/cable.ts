// A cable between two data centres: a TCP relay that carries bytes with a fixed delay, as a distance would. It ends in
// the network of the data centre that dials through it, so that a fault in that network cuts it too.

import { type AddressInfo, createServer, connect, type Server, type Socket } from 'node:net'

export interface CableSpec {
  /** Where the near end listens, inside the dialling data centre's network. */
  readonly listen: string
  /** Source address of the far leg, inside the dialling data centre's network. */
  readonly from: string
  readonly to: { readonly host: string; readonly port: number }
  readonly delayMs: number
}

export class Cable {
  readonly #spec: CableSpec
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(spec: CableSpec) {
    this.#spec = spec
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#join(near))
  }

  static async lay(spec: CableSpec): Promise<Cable> {
    const cable = new Cable(spec)
    await new Promise<void>((resolve, reject) => {
      cable.#server.once('error', reject)
      cable.#server.listen(0, spec.listen, resolve)
    })
    return cable
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #join(near: Socket): void {
    const far = connect({ ...this.#spec.to, localAddress: this.#spec.from, allowHalfOpen: true })
    this.#carry(near, far)
    this.#carry(far, near)
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.setNoDelay(true)
    const later = (act: () => void) => setTimeout(act, this.#spec.delayMs)
    from.on('data', (bytes) => later(() => to.writable && to.write(bytes)))
    from.on('end', () => later(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      later(() => to.destroy())
    })
  }
}
