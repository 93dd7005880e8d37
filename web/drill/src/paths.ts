import { resolve } from 'node:path';

/** The root of the checkout. */
export const repository = resolve(import.meta.dirname, '../../..');
/** Programs of the build that `./demo` made; HOLDFAST_BIN names another build. */
export const programs = process.env.HOLDFAST_BIN ?? `${repository}/build/release/bin`;
export const presentProgram = `${programs}/holdfast`;
/** Of the last version that was released; `tests/compat/build` makes it. */
export const olderProgram = `${repository}/build/compat/bin/holdfast`;
