import type { RegisterView, SettingsView } from '@holdfast/core';
import { registerKey } from '@holdfast/core/desk';
import { expect, test } from 'vitest';
import { isLastOwner, operatorsOf, webhooksOf } from '../src/settings/entities.ts';

function settings(
  ...all: readonly [entity: string, field: string, value: unknown][]
): SettingsView {
  const registers = new Map<string, RegisterView>();
  for (const [entity, field, value] of all)
    registers.set(registerKey(entity, field), {
      entity,
      field,
      value,
      by: null,
      at: null,
      write: null,
    });
  return { whole: true, registers };
}

test('Operators are put together from their registers, those who may not sign in last', () => {
  const all = operatorsOf(
    settings(
      ['operator:ann', 'name', 'Ann'],
      ['operator:ann', 'active', false],
      ['operator:zoe', 'role', 'owner'],
      ['site:shop', 'name', 'Shop'],
    ),
  );
  expect(all).toEqual([
    { author: 'o:zoe', id: 'zoe', name: 'zoe', role: 'owner', active: true },
    { author: 'o:ann', id: 'ann', name: 'Ann', role: 'operator', active: false },
  ]);
});

test('The last owner who may sign in is known', () => {
  const two = operatorsOf(
    settings(['operator:a', 'role', 'owner'], ['operator:b', 'role', 'owner']),
  );
  expect(isLastOwner(two, 'o:a')).toBe(false);
  const one = operatorsOf(
    settings(
      ['operator:a', 'role', 'owner'],
      ['operator:b', 'role', 'owner'],
      ['operator:b', 'active', false],
    ),
  );
  expect(isLastOwner(one, 'o:a')).toBe(true);
  expect(isLastOwner(one, 'o:b')).toBe(false);
});

test('Webhooks keep what later versions wrote out of the list of texts', () => {
  const [hook] = webhooksOf(
    settings(
      ['webhook:a', 'url', 'https://example.org'],
      ['webhook:a', 'events', ['chat.closed', 7]],
      ['webhook:a', 'secret', null],
    ),
  );
  expect(hook).toEqual({
    id: 'a',
    url: 'https://example.org',
    events: ['chat.closed'],
    active: true,
    hasSecret: true,
  });
});
