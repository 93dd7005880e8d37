// Two soft tones, made here: nothing to load while a data centre is dead.

const PAUSE_MS = 1_500; // many messages at once are one sound

export class Chime {
  #context: AudioContext | null = null;
  #last = Number.NEGATIVE_INFINITY;

  ring(): void {
    const now = performance.now();
    if (now - this.#last < PAUSE_MS) return;
    this.#last = now;
    try {
      this.#context ??= new AudioContext();
      const context = this.#context;
      // A page that nobody has touched since its start may not sound yet: the browser says when.
      if (context.state === 'suspended') void context.resume().catch(() => undefined);
      tone(context, 659, 0);
      tone(context, 880, 0.13);
    } catch {
      // No sound here: the title and the list tell the same.
    }
  }

  close(): void {
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }
}

function tone(context: AudioContext, hertz: number, after: number): void {
  const start = context.currentTime + after;
  const oscillator = context.createOscillator();
  const loudness = context.createGain();
  oscillator.frequency.value = hertz;
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(0.12, start + 0.015);
  loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
  oscillator.connect(loudness).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.32);
}
