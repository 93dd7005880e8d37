// What the demo's process has told this page: kept whole here, so that a page that lost its stream shows where things stood.

import type { Line, Mark, Sample, State, Tell } from './wire.ts';

const samplesForMs = 120_000;

export interface Picture {
  /** null until the first word. */
  readonly state: State | null;
  readonly lines: readonly Line[];
  /** The stream is broken: the demo has ended, or its process stands still. */
  readonly silent: boolean;
}

export class News {
  picture: Picture = { state: null, lines: [], silent: false };
  /** For the plot, which looks at them as often as the screen is drawn. */
  samples: Sample[] = [];
  waiting: readonly number[] = [];
  marks: readonly Mark[] = [];
  #listeners = new Set<() => void>();
  #clock = { theirs: 0, ours: 0 };

  constructor(url: string) {
    const source = new EventSource(url);
    source.onmessage = ({ data }: MessageEvent<string>) => this.hear(JSON.parse(data) as Tell);
    // What came before is told again by a stream that begins anew.
    source.onopen = () => {
      this.samples = [];
      this.marks = [];
      this.#show({ lines: [], silent: false });
    };
    source.onerror = () => this.#show({ silent: true });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The demo's clock, as far as this page knows it. */
  now(): number {
    return this.#clock.theirs + performance.now() - this.#clock.ours;
  }

  hear(tell: Tell): void {
    switch (tell.t) {
      case 'state':
        return this.#show({ state: tell.state });
      case 'lines':
        return this.#show({ lines: merged(this.picture.lines, tell.lines) });
      case 'marks':
        this.marks = [...this.marks, ...tell.marks];
        return;
      case 'samples':
        this.#clock = { theirs: tell.now, ours: performance.now() };
        this.samples.push(...tell.samples);
        this.waiting = tell.waiting;
        while (this.samples[0] && this.samples[0].at < tell.now - samplesForMs)
          this.samples.shift();
    }
  }

  #show(change: Partial<Picture>): void {
    this.picture = { ...this.picture, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Newer words about a line stand where the line stood. */
function merged(before: readonly Line[], fresh: readonly Line[]): readonly Line[] {
  const lines = new Map(before.map((line) => [line.id, line]));
  for (const line of fresh) lines.set(line.id, line);
  return [...lines.values()].slice(-200);
}
