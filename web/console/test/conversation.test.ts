import { expect, test } from 'vitest';
import { visitorName } from '../src/conversation.ts';
import { chatOf } from './chats.ts';

const named = (name: unknown) => visitorName(chatOf('a', { opening: { name } }));

test('A visitor is called by the name that they gave, else by the start of their number', () => {
  expect(named(' Vera ')).toBe('Vera');
  for (const nothing of [undefined, '', '  ', 7, '\u200B\u202E'])
    expect(named(nothing)).toBe('Visitor vera');
});

test('A name cannot turn the words around it', () => {
  expect(named('\u202Edesrever\u2066')).toBe('desrever');
  expect(named('👩\u200D🚀')).toBe('👩\u200D🚀');
});
