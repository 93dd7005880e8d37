import { describe, expect, test } from 'vitest';
import { ServerFrames, withoutCompression } from '../src/frames.ts';

const upgraded = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');

/** As a server frames a message of text. */
function frame(text: string, first = 0x81): Buffer {
  const payload = Buffer.from(text);
  if (payload.length < 126) return Buffer.concat([Buffer.from([first, payload.length]), payload]);
  const long = payload.length > 0xffff;
  const head = Buffer.alloc(long ? 10 : 4);
  head[0] = first;
  head[1] = long ? 127 : 126;
  if (long) head.writeBigUInt64BE(BigInt(payload.length), 2);
  else head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

const dropsEvents = (message: string) => message.startsWith('event');
const through = (chunks: readonly Buffer[]) => {
  const frames = new ServerFrames(dropsEvents);
  return Buffer.concat(chunks.map((chunk) => frames.pass(chunk)));
};

describe('what a server says', () => {
  const said = [
    'beat',
    'event one',
    'x'.repeat(200),
    `event ${'y'.repeat(200)}`,
    'z'.repeat(70_000),
  ];
  const all = Buffer.concat([upgraded, ...said.map((text) => frame(text))]);
  const left = Buffer.concat([
    upgraded,
    ...said.filter((text) => !dropsEvents(text)).map((text) => frame(text)),
  ]);

  test('is left without the messages that are to be dropped', () => {
    expect(through([all]).equals(left)).toBe(true);
  });

  test('wherever it is cut into pieces', () => {
    for (const size of [1, 3, 97, 4_096]) {
      const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
        all.subarray(i * size, (i + 1) * size),
      );
      expect(through(pieces).equals(left)).toBe(true);
    }
  });

  test('keeps what is no message of text', () => {
    const ping = frame('event', 0x89);
    expect(through([upgraded, ping])).toEqual(Buffer.concat([upgraded, ping]));
  });

  test('is left alone where nobody asked for a WebSocket', () => {
    const page = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevent');
    const more = Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('event')]);
    expect(through([page, more])).toEqual(Buffer.concat([page, more]));
  });
});

test('a request loses its offer to compress, and nothing else', () => {
  const request = (offer: string) =>
    Buffer.from(`GET /v1/chat HTTP/1.1\r\nHost: a\r\n${offer}Upgrade: websocket\r\n\r\n`);
  const offer = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';
  expect(withoutCompression(request(offer))).toEqual(request(''));
  expect(withoutCompression(request(''))).toEqual(request(''));
});
