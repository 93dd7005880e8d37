// Who says something when: fixed before the run begins (open loop), so that a stall cannot slow down those who would have noticed it.

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Mean pause between two messages of one person. */
  readonly everyMs: number;
}

export interface Moment {
  readonly atMs: number;
  readonly person: number;
}

/** All moments of `people` persons over the spans, ascending. Each person keeps its rhythm with a jitter of ±30 %. */
export function schedule(people: number, spans: readonly Span[], random: () => number): Moment[] {
  const moments: Moment[] = [];
  for (let person = 0; person < people; person += 1) {
    for (const span of spans) {
      let at = span.fromMs + random() * span.everyMs;
      while (at < span.untilMs) {
        moments.push({ atMs: at, person });
        at += span.everyMs * (0.7 + 0.6 * random());
      }
    }
  }
  return moments.sort((a, b) => a.atMs - b.atMs);
}

/** Calls each moment when it is due, however long the calls take. */
export function play(
  moments: readonly Moment[],
  startedAt: number,
  now: () => number,
  act: (moment: Moment) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    const step = () => {
      try {
        for (;;) {
          const moment = moments[next];
          if (!moment) return resolve();
          const wait = startedAt + moment.atMs - now();
          if (wait > 0) {
            setTimeout(step, wait);
            return;
          }
          next += 1;
          act(moment);
        }
      } catch (error) {
        reject(error);
      }
    };
    step();
  });
}
