// Who signs out in one tab is signed out in all of them: nothing may stay on the screen of a shared computer.

const SIGNED_OUT = 'signed out';

export class Tabs {
  readonly #channel: BroadcastChannel | null;

  constructor(signedOutElsewhere: () => void) {
    this.#channel =
      typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('holdfast-console');
    this.#channel?.addEventListener('message', ({ data }) => {
      if (data === SIGNED_OUT) signedOutElsewhere();
    });
  }

  tellSignedOut(): void {
    this.#channel?.postMessage(SIGNED_OUT);
  }

  close(): void {
    this.#channel?.close();
  }
}
