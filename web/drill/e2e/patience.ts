import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { pause } from '../src/process.ts';

/** How long, in milliseconds, a page may take to show what it should: a bound for a test that hangs, never a measure. A shared machine
 * may stand still for many seconds. */
export const PATIENCE_MS = 60_000;

/** Waits until `read` yields `wanted`. What somebody does is on the screen with the next frame, and on somebody else's when it has come
 * there: a look right after it may be too early. */
export async function becomes<T>(
  read: () => Promise<T>,
  wanted: Readonly<NoInfer<T>>,
  about?: string,
): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await read();
    if (isDeepStrictEqual(seen, wanted)) return;
    if (performance.now() > limit) assert.deepEqual(seen, wanted, about);
    await pause(25);
  }
}
