// Stands in for `preact`, `preact/hooks` and `preact/jsx-runtime` in the script that is brought later: it draws with the widget's means, which
// are handed over when it runs.

import type { drawing } from './index.ts';

export let Fragment: unknown;
export let jsx: unknown;
export let jsxs: unknown;
export let useEffect: unknown;
export let useLayoutEffect: unknown;
export let useRef: unknown;
export let useState: unknown;

export function drawWith(means: typeof drawing): void {
  ({ Fragment, jsx, jsxs, useEffect, useLayoutEffect, useRef, useState } = means);
}
