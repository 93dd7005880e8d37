import type { ConnectionView } from '@holdfast/core';
import { expect, test } from 'vitest';
import { lagAfter, noLag, safetyWords } from '../src/safety.ts';

const calm: ConnectionView = {
  carrier: 'primary',
  active: 'primary',
  epoch: 1,
  links: { primary: 'up', redundant: 'up' },
  peer: { up: true, behind: 0 },
  waiting: 0,
  unsafe: 0,
  since: 0,
  storage: 'persistent',
  trouble: null,
};
const words = (fields: Partial<ConnectionView>, now = 60_000) =>
  safetyWords({ ...calm, ...fields }, noLag, now);

test('Both in step: everything is safe', () => {
  expect(words({})).toBe('Primary carries all chats · everything is safe in both data centres');
});

test('What is not in both is counted, one’s own unsent messages included', () => {
  expect(words({ peer: { up: true, behind: 3 } })).toBe(
    'Primary carries all chats · 3 entries not yet in both',
  );
  expect(words({ unsafe: 1 })).toBe('Primary carries all chats · 1 entry not yet in both');
});

test('Entries that are merely on their way do not make the line change with every word', () => {
  const busy = { ...calm, peer: { up: true, behind: 2 } };
  let lag = noLag;
  const seen = (connection: ConnectionView, now: number) => {
    lag = lagAfter(lag, connection, now);
    return safetyWords(connection, lag, now).split(' · ')[1];
  };
  const moment = 'everything up to a moment ago is safe in both data centres';
  expect(seen(calm, 0)).toBe('everything is safe in both data centres');
  for (let now = 1_000; now < 20_000; now += 2_000) {
    expect(seen(busy, now)).toBe(moment);
    expect(seen(calm, now + 1_000)).toBe(moment);
  }
  expect(seen(busy, 26_000)).toBe('2 entries not yet in both');
  expect(seen(calm, 27_000)).toBe(moment);
  expect(seen(calm, 40_000)).toBe('everything is safe in both data centres');
});

test('A data centre that is out of reach is named, and who carries the chats', () => {
  expect(
    words({
      carrier: 'redundant',
      links: { primary: 'resting', redundant: 'up' },
      peer: { up: false, behind: 12 },
    }),
  ).toBe(
    'Primary cannot be reached; Redundant carries all chats · up to 12 entries not yet in both',
  );
});

test('Two data centres that this browser reaches and that do not reach each other are not called dead', () => {
  expect(words({ peer: { up: false, behind: 0 } })).toBe(
    'The data centres do not reach each other; Primary carries all chats',
  );
});

test('Nothing is called safe before a deployment has told how its peer stands', () => {
  expect(words({ peer: null })).toBe('Primary carries all chats');
});

test('A start leaves no words; two dead data centres do', () => {
  const nobody = { carrier: null, peer: null, since: 10_000 };
  expect(words(nobody, 11_000)).toBe('');
  expect(words(nobody, 20_000)).toMatch(/^Neither data centre can be reached/);
  expect(words({ ...nobody, waiting: 1 }, 11_000)).toMatch(/kept in this browser/);
});

test('A browser that keeps nothing says so', () => {
  expect(words({ storage: 'memory' })).toMatch(/keeps nothing over a reload/);
});
