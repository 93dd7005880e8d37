// Opening hours as a form shows them: for each day its spans; minutes after midnight.
import type { OpenHours } from '@holdfast/core';

export const dayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

const SPANS_MAX = 28;
const DAY_END = 1_440;

export function spansOf(hours: readonly OpenHours[], day: number): readonly OpenHours[] {
  return hours.filter((span) => span.day === day);
}

/** Sorted, so that two forms that mean the same write the same. */
export function sorted(hours: readonly OpenHours[]): OpenHours[] {
  return hours
    .map(({ day, from, to }) => ({ day, from, to }))
    .sort((a, b) => a.day - b.day || a.from - b.from || a.to - b.to);
}

export function withSpan(hours: readonly OpenHours[], day: number): OpenHours[] {
  const last = spansOf(hours, day).at(-1);
  const from = last === undefined ? 9 * 60 : Math.min(last.to + 60, DAY_END - 60);
  const to = last === undefined ? 17 * 60 : Math.min(from + 4 * 60, DAY_END);
  return sorted([...hours, { day, from, to }]);
}

/** Monday's hours on all days until Friday. */
export function likeMonday(hours: readonly OpenHours[]): OpenHours[] {
  const monday = spansOf(hours, 1);
  const week = [2, 3, 4, 5].flatMap((day) => monday.map((span) => ({ ...span, day })));
  return sorted([...monday, ...week, ...hours.filter(({ day }) => day > 5)]);
}

export function hoursProblem(hours: readonly OpenHours[]): string {
  if (hours.length > SPANS_MAX) return `At most ${SPANS_MAX} spans can be kept.`;
  for (const [i, span] of hours.entries()) {
    const day = dayNames[span.day - 1];
    if (span.from >= span.to) return `${day}: it ends before it begins.`;
    const overlaps = hours
      .slice(0, i)
      .some((other) => other.day === span.day && other.from < span.to && span.from < other.to);
    if (overlaps) return `${day}: two spans overlap.`;
  }
  return '';
}

/** For an input of type time; the end of the day is midnight there. */
export function timeOf(minutes: number): string {
  const m = minutes % DAY_END;
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
}

/** null while it is typed. */
export function minutesOf(time: string, as: 'from' | 'to'): number | null {
  const [, h, m] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  if (h === undefined || m === undefined) return null;
  const minutes = Number(h) * 60 + Number(m);
  return as === 'to' && minutes === 0 ? DAY_END : minutes;
}

export function hoursWords(hours: readonly OpenHours[]): string {
  return sorted(hours)
    .map(({ day, from, to }) => `${dayNames[day - 1]?.slice(0, 3)} ${timeOf(from)}–${timeOf(to)}`)
    .join(', ');
}

/** What a register holds, if it is that. */
export function readHours(value: unknown): OpenHours[] {
  return Array.isArray(value) ? sorted(value.filter(isSpan)) : [];
}

function isSpan(value: unknown): value is OpenHours {
  if (typeof value !== 'object' || value === null) return false;
  const { day, from, to } = value as Record<string, unknown>;
  return [day, from, to].every((one) => Number.isInteger(one));
}
