import { describe, expect, test } from 'vitest';
import { duration, Notice } from '../../src/panel/notice.ts';

const none = { sent: 0, seen: 0, lost: 0, doubled: 0, reordered: 0 };
const pressedAt = 100_000;

function scene() {
  const notice = new Notice(pressedAt, none);
  const look = (afterMs: number, waiting: number[] = []) =>
    notice.look(pressedAt + afterMs, waiting);
  return { notice, look };
}

describe('what people noticed of a press', () => {
  test('is the slowest message around it, once everybody has seen everything', () => {
    const { notice, look } = scene();
    notice.hear({ at: pressedAt - 20, ms: 212 });
    notice.hear({ at: pressedAt + 300, ms: 80 });
    look(5_000);
    expect(notice.over).toBe(true);
    expect(notice.words(none)).toBe(
      'no message later than 212 ms, none lost, none doubled, none reordered',
    );
  });

  test('is not decided while a message is on its way, however long that takes', () => {
    const { notice, look } = scene();
    look(60_000, [pressedAt + 10]);
    expect(notice.over).toBe(false);
    expect(notice.words(none)).toBe(
      'so far: no message has arrived since, none lost; 1 on the way, the oldest for 60.0 s',
    );
  });

  test('leaves out what was said long before or after', () => {
    const { notice, look } = scene();
    notice.hear({ at: pressedAt - 5_000, ms: 900 });
    notice.hear({ at: pressedAt + 9_000, ms: 900 });
    notice.hear({ at: pressedAt, ms: 30 });
    look(9_000, [pressedAt + 8_999]);
    expect(notice.over).toBe(true);
    expect(notice.words(none)).toMatch(/later than 30 ms/);
  });

  test('ends where the next press begins', () => {
    const { notice, look } = scene();
    notice.endAt(pressedAt + 1_000);
    notice.hear({ at: pressedAt + 1_500, ms: 900 });
    look(1_000);
    expect(notice.over).toBe(true);
    expect(notice.words(none)).not.toMatch(/900/);
  });

  test('counts only the harm that was done since', () => {
    const notice = new Notice(pressedAt, { ...none, lost: 2 });
    notice.look(pressedAt + 5_000, []);
    expect(notice.words({ ...none, lost: 3, doubled: 1 })).toMatch(/1 lost, 1 doubled/);
  });
});

test('durations are said as people say them', () => {
  expect([7.4, 212, 999.4, 1_000, 12_345].map(duration)).toEqual([
    '7 ms',
    '212 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
  ]);
});
