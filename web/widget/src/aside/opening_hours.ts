// When somebody will be there again, in the visitor's own time and the clock's own words: "We are back Monday at 9:00."

import type { OpenHours, SiteFacts } from '@holdfast/core';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** '' where no hours are known, or where by the clock somebody should be there. */
export function hoursWords({ hours, zone }: Partial<SiteFacts>, now: number): string {
  if (!hours || !zone) return '';
  try {
    const next = nextOpening(hours, zone, now);
    return next === null ? '' : `We are back ${dayWords(next, now)} at ${clock.format(next)}.`;
  } catch {
    return ''; // a zone that this browser does not know
  }
}

const clock = new Intl.DateTimeFormat([], { timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat('en', { weekday: 'long' });

function dayWords(at: number, now: number): string {
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
  if (days > 6) return `next ${weekday.format(at)}`;
  return ['today', 'tomorrow'][days] ?? weekday.format(at);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** null: never, or now. */
function nextOpening(hours: readonly OpenHours[], zone: string, now: number): number | null {
  const today = wallTime(now, zone);
  const first = today - (today % DAY_MS);
  let next = Number.POSITIVE_INFINITY;
  for (let day = 0; day <= 7; day++) {
    const date = first + day * DAY_MS;
    const named = new Date(date).getUTCDay() || 7;
    for (const span of hours) {
      if (span.day !== named) continue;
      const from = instantOf(date + span.from * MINUTE_MS, zone);
      if (from <= now && now < instantOf(date + span.to * MINUTE_MS, zone)) return null;
      if (from > now) next = Math.min(next, from);
    }
  }
  return Number.isFinite(next) ? next : null;
}

/** What the clocks of a zone show, as if they stood in UTC. */
function wallTime(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
}

/** When the clocks of a zone show this. Where they never do (an hour is left out in spring), an hour later. */
function instantOf(wall: number, zone: string): number {
  const guess = wall - (wallTime(wall, zone) - wall);
  return guess - (wallTime(guess, zone) - wall);
}
