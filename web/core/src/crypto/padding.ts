// What both hashes put behind a message: a one, zeros, and its length in bits, up to whole blocks.
export function padded(message: Uint8Array, block: 64 | 128): DataView {
  const length = Math.ceil((message.length + 1 + block / 8) / block) * block;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(length - 8, Math.floor(message.length / 0x2000_0000));
  view.setUint32(length - 4, message.length * 8);
  return view;
}
