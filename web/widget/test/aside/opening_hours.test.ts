import type { OpenHours } from '@holdfast/core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { hoursWords } from '../../src/aside/opening_hours.ts';

// Visitor and site in one zone, unless said otherwise: set before the module makes its formatters. Time is told as the machine has it.
const zoneBefore = vi.hoisted(() => {
  const { TZ } = process.env;
  process.env.TZ = 'Europe/Berlin';
  return TZ;
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

const weekdays: OpenHours[] = [1, 2, 3, 4, 5].map((day) => ({ day, from: 9 * 60, to: 17 * 60 }));
const clock = (at: string) =>
  new Intl.DateTimeFormat([], { timeStyle: 'short' }).format(new Date(at));
const words = (at: string, hours = weekdays, zone = 'Europe/Berlin') =>
  hoursWords({ hours, zone }, Date.parse(at));

describe('when somebody is back', () => {
  it('is today, tomorrow, or a day of the week', () => {
    const nine = clock('2026-11-23T09:00:00+01:00');
    expect(words('2026-11-23T08:00:00+01:00')).toBe(`We are back today at ${nine}.`);
    expect(words('2026-11-23T18:00:00+01:00')).toBe(`We are back tomorrow at ${nine}.`);
    expect(words('2026-11-27T18:00:00+01:00')).toBe(`We are back Monday at ${nine}.`);
  });

  it('is the next of several spans of a day', () => {
    const hours = [
      { day: 1, from: 14 * 60, to: 18 * 60 },
      { day: 1, from: 8 * 60, to: 12 * 60 },
    ];
    const two = clock('2026-11-23T14:00:00+01:00');
    expect(words('2026-11-23T12:00:00+01:00', hours)).toBe(`We are back today at ${two}.`);
  });

  it('is a week away when that day is over', () => {
    const hours = [{ day: 1, from: 8 * 60, to: 12 * 60 }];
    const eight = clock('2026-11-30T08:00:00+01:00');
    expect(words('2026-11-23T13:00:00+01:00', hours)).toBe(`We are back next Monday at ${eight}.`);
  });

  it('is not said while by the clock somebody should be there', () => {
    expect(words('2026-11-23T09:00:00+01:00')).toBe('');
    expect(words('2026-11-23T16:59:00+01:00')).toBe('');
    expect(words('2026-11-23T17:00:00+01:00')).not.toBe('');
  });

  it('is told in the time of the visitor', () => {
    // Nine in the evening of Sunday in Los Angeles is six in the morning of Monday in Berlin.
    const hours = [{ day: 7, from: 21 * 60, to: 23 * 60 }];
    const six = clock('2026-11-23T06:00:00+01:00');
    expect(words('2026-11-22T12:00:00+01:00', hours, 'America/Los_Angeles')).toBe(
      `We are back tomorrow at ${six}.`,
    );
  });

  it('follows the clocks when they change', () => {
    // On 25 October 2026 Berlin goes from +02:00 to +01:00.
    const nine = clock('2026-10-26T09:00:00+01:00');
    expect(words('2026-10-24T12:00:00+02:00')).toBe(`We are back Monday at ${nine}.`);
    // On 29 March the hour from two to three is left out.
    const hours = [{ day: 7, from: 2 * 60 + 30, to: 6 * 60 }];
    const half = clock('2026-03-29T03:30:00+02:00');
    expect(words('2026-03-28T12:00:00+01:00', hours)).toBe(`We are back tomorrow at ${half}.`);
  });

  it('goes on until midnight', () => {
    const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: 0, to: 1_440 }));
    expect(words('2026-11-23T23:59:59+01:00', always)).toBe('');
  });

  it('is nothing where it is not known', () => {
    expect(hoursWords({}, 0)).toBe('');
    expect(hoursWords({ hours: weekdays }, 0)).toBe('');
    expect(words('2026-11-23T08:00:00+01:00', [])).toBe('');
    expect(words('2026-11-23T08:00:00+01:00', weekdays, 'Atlantis/Centre')).toBe('');
  });
});
