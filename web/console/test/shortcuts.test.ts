import { expect, test } from 'vitest';
import { actionOf, type Key } from '../src/shortcuts.ts';

const pressed = (key: string, more: Partial<Key> = {}): Key => ({
  key,
  code: '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...more,
});
const outside = { typing: false, letters: true };
const writing = { typing: true, letters: true };

test('Letters act outside of text fields only, and not when they are switched off', () => {
  expect(actionOf(pressed('j'), outside)).toBe('next');
  expect(actionOf(pressed('?'), outside)).toBe('help');
  expect(actionOf(pressed('j'), writing)).toBeNull();
  expect(actionOf(pressed('j'), { typing: false, letters: false })).toBeNull();
});

test('Chats are changed and accepted in the middle of a sentence too', () => {
  expect(actionOf(pressed('ArrowUp', { altKey: true }), writing)).toBe('previous');
  expect(actionOf(pressed('Enter', { ctrlKey: true }), writing)).toBe('acceptNext');
  expect(actionOf(pressed('˜', { altKey: true, code: 'KeyN' }), writing)).toBe('toggleNote');
});

test('Plain Enter, and what belongs to the browser, are left alone', () => {
  expect(actionOf(pressed('Enter'), writing)).toBeNull();
  expect(actionOf(pressed('j', { ctrlKey: true }), outside)).toBeNull();
  expect(actionOf(pressed('k', { metaKey: true }), outside)).toBeNull();
});
