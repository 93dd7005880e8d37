// How a program of this folder ends: at once, when its work is done. Node was seen to wait for ever, with nothing left to do, for a handle
// of its own to close.

/** `main` resolves to the exit code; to nothing for 0. */
export async function toTheEnd(main: () => Promise<unknown>): Promise<never> {
  const code = await main();
  process.exit(typeof code === 'number' ? code : 0);
}
