import type { ChatView } from '@holdfast/core';
import { describe, expect, it } from 'vitest';
import { CHARS_MAX, charsLeft, limitWords, withoutControls } from '../src/text_limit.ts';
import { greeting, heading, status, timeWords, unreadWords } from '../src/words.ts';

const chat = (state: ChatView['state'], operator: string | null = null) =>
  ({ state, operator }) as ChatView;

describe('the line under the heading', () => {
  it('says who is in the chat once somebody is', () => {
    expect(heading(undefined)).toBe('Chat with us');
    expect(heading(chat('assigned', 'o:anna'))).toBe('Anna');
    expect(status(chat('assigned', 'o:anna'), 'here')).toBe('You are talking to Anna.');
  });

  it('says that nobody is here, and what becomes of a message then', () => {
    for (const of of [undefined, chat('queued'), chat('assigned', 'o:anna')])
      expect(status(of, 'away')).toMatch(/^Nobody is here right now\./);
    for (const words of [status(chat('queued'), 'away'), greeting('away')])
      expect(words).toMatch(/kept, and read when somebody is back/);
  });

  it('claims nobody to be there while that is not known', () => {
    expect(status(undefined, 'unsure')).toBe('Write to us.');
    expect(status(undefined, 'here')).toBe('We are here.');
  });

  it('says that a chat has ended, whatever else is the case', () => {
    expect(status(chat('closed'), 'cut')).toBe('This chat has ended.');
  });

  it('says after a while without any data centre where the words wait', () => {
    expect(status(chat('queued'), 'cut')).toMatch(/kept here and sent as soon as possible/);
  });
});

describe('the limit of a message', () => {
  it('counts characters, not their halves', () => {
    expect(charsLeft('💡'.repeat(CHARS_MAX))).toBe(0);
    expect(charsLeft('x'.repeat(CHARS_MAX + 2))).toBe(-2);
  });

  it('is spoken of near the end only', () => {
    expect(limitWords(charsLeft('short'))).toBe('');
    expect(limitWords(400)).toBe('400 characters left');
    expect(limitWords(1)).toBe('1 character left');
    expect(limitWords(-12)).toBe('12 characters too many');
  });

  it('is not reached by characters that nobody can see: they are left out', () => {
    expect(withoutControls('a\u0000\u001b\u0085b\tc\nd')).toBe('ab\tc\nd');
  });
});

describe('times and numbers', () => {
  it('leave out the day when it is today', () => {
    const now = new Date(2026, 10, 23, 12).getTime();
    const [today, yesterday] = [timeWords(now - 1_000, now), timeWords(now - 86_400_000, now)];
    expect(yesterday.length).toBeGreaterThan(today.length);
    expect(yesterday).toContain('2026');
  });

  it('count one message as one', () => {
    expect([0, 1, 2].map(unreadWords)).toEqual(['', '1 new message', '2 new messages']);
  });
});
