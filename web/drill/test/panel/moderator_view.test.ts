import { expect, test } from 'vitest';
import { read } from '../../src/panel/moderator_view.ts';

const deployment = { looked: true, healthy: true, answers: true, behind: 0 };

test('the lag is what one lacks of the other', () => {
  const word = read({
    active: 'redundant',
    epoch: 2,
    why: 'failover',
    deployments: { primary: deployment, redundant: { ...deployment, behind: 28 } },
  });
  expect(word).toEqual({
    active: 'redundant',
    epoch: 2,
    why: 'failover',
    healthy: { primary: true, redundant: true },
    lag: 28,
    inMaintenance: null,
  });
  const maintenance = { deployment: 'primary', step: 'safe' };
  expect(read({ active: 'redundant', maintenance })?.inMaintenance).toBe('primary');
});

test('a deployment that does not answer says nothing about the lag, with a number of long ago', () => {
  const silent = { ...deployment, healthy: false, answers: false, behind: 7 };
  const word = read({
    active: 'redundant',
    deployments: { primary: silent, redundant: deployment },
  });
  expect(word?.lag).toBe(0);
  expect(word?.healthy.primary).toBe(false);
  expect(
    read({ active: 'primary', deployments: { primary: silent, redundant: silent } })?.lag,
  ).toBe(null);
});

test('a Moderator that has not looked yet knows nobody’s health', () => {
  const word = read({ active: 'primary', deployments: { primary: { looked: false } } });
  expect(word?.healthy).toEqual({ primary: null, redundant: null });
  expect(read({})).toBeNull();
});
