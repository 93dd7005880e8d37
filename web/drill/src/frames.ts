// What a server says over one connection, so that single messages of its WebSocket can be taken out of it: RFC 6455 §5.2, without
// compression (a Cable that is `legible` sees to that).

export type Drops = (message: string) => boolean;

const text = 1;
const final = 0x80;
const nothing = Buffer.alloc(0);

export class ServerFrames {
  readonly #drops: Drops;
  #kind: 'unknown' | 'http' | 'websocket' = 'unknown';
  #rest: Buffer = nothing;

  /** `drops`: asked of every whole message of text. */
  constructor(drops: Drops) {
    this.#drops = drops;
  }

  /** What goes on of these bytes; a frame that is not complete yet goes on with its last byte. */
  pass(bytes: Buffer): Buffer {
    if (this.#kind === 'http') return bytes;
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const head = this.#kind === 'unknown' ? this.#takeHead() : nothing;
    return Buffer.concat([head, ...this.#takeFrames()]);
  }

  /** Nothing yet where the answer's head is not complete. */
  #takeHead(): Buffer {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return nothing;
    const upgraded = this.#rest.subarray(0, end).toString('latin1').startsWith('HTTP/1.1 101');
    this.#kind = upgraded ? 'websocket' : 'http';
    return this.#take(upgraded ? end + 4 : this.#rest.length);
  }

  #takeFrames(): Buffer[] {
    const passed: Buffer[] = [];
    if (this.#kind !== 'websocket') return passed;
    for (let size = sizeOf(this.#rest); size !== null; size = sizeOf(this.#rest)) {
      const frame = this.#take(size.head + size.payload);
      const whole = frame[0] === (final | text);
      if (whole && this.#drops(frame.subarray(size.head).toString('utf8'))) continue;
      passed.push(frame);
    }
    return passed;
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}

/** Of the first frame; null when it is not complete. A server masks nothing. */
function sizeOf(bytes: Buffer): { readonly head: number; readonly payload: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return null;
  const payload =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return bytes.length < head + payload ? null : { head, payload };
}

/** A request for a WebSocket, without the offer to compress it. */
export function withoutCompression(request: Buffer): Buffer {
  const said = request.toString('latin1');
  return Buffer.from(said.replace(/\r\nsec-websocket-extensions:[^\r]*/i, ''), 'latin1');
}
