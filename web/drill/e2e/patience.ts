/** How long, in milliseconds, a page may take to show what it should: a bound for a test that hangs, never a measure. A shared machine
 * may stand still for many seconds. */
export const PATIENCE_MS = 60_000;
