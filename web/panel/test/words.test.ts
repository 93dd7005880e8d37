import { describe, expect, test } from 'vitest';
import type { Condition, State } from '../src/wire.ts';
import { headline, subline } from '../src/words.ts';

function state(primary: Condition, redundant: Condition, change: Partial<State> = {}): State {
  const view = (condition: Condition) => ({ condition, healthy: null, can: [] });
  return {
    phase: 'running',
    doing: '',
    pages: null,
    active: 'primary',
    epoch: 3,
    maintenance: { step: 'off', of: 'primary' },
    lag: 0,
    deployments: { primary: view(primary), redundant: view(redundant) },
    counters: { sent: 0, seen: 0, lost: 0, doubled: 0, reordered: 0 },
    ...change,
  };
}

describe('the line on top', () => {
  test('says who is active', () => {
    expect(headline(state('up', 'up'), false)).toBe('Primary is active, epoch 3');
    expect(headline(state('up', 'up', { active: null }), false)).toMatch(/has not spoken/);
  });

  test('says that the demo has ended, whatever was last', () => {
    expect(headline(state('up', 'up'), true)).toMatch(/has ended/);
    expect(headline(null, false)).toBe('Connecting to the demo');
  });

  test('is honest when both are down', () => {
    expect(subline(state('dead', 'up'), false)).toBe('Primary is dead; the chats go on.');
    expect(subline(state('dead', 'cut-off'), false)).toMatch(/Both are down.*waits/);
  });

  test('names the deployment in maintenance', () => {
    const maintained = state('up', 'up', { maintenance: { step: 'on', of: 'redundant' } });
    expect(subline(maintained, false)).toBe(
      'Redundant is in maintenance: it may be stopped and repaired.',
    );
  });
});
