import type { ChatView } from '@holdfast/core';
import { describe, expect, it } from 'vitest';
import { type Facts, nameOf } from '../src/site_facts.ts';
import { CHARS_MAX, charsLeft, limitWords, withoutControls } from '../src/text_limit.ts';
import { greeting, heading, status, timeWords, unreadWords } from '../src/words.ts';

const chat = (state: ChatView['state'], operator: string | null = null) =>
  ({ state, operator }) as ChatView;

const facts = (site: Facts['site'] = {}): Facts => ({
  site,
  nameOf: (author) => nameOf(author, ''),
});

describe('the heading', () => {
  it('names the operator in the chat, or else the site', () => {
    const site = facts({ name: 'Harbour Lamps' });
    expect(heading(undefined, 'shop', site)).toBe('Harbour Lamps');
    expect(heading(chat('assigned', 'o:anna'), 'shop', site)).toBe('Anna');
  });

  it('does not take the id of a site for its name', () => {
    expect(heading(undefined, 'shop', facts({ name: 'shop' }))).toBe('Chat with us');
    expect(heading(undefined, 'shop', facts())).toBe('Chat with us');
  });
});

describe('the line under the heading', () => {
  it('says who is in the chat once somebody is', () => {
    expect(status(chat('assigned', 'o:anna'), 'here', facts())).toBe('You are talking to Anna.');
  });

  it('says that nobody is here, and what becomes of a message then', () => {
    for (const of of [undefined, chat('queued'), chat('assigned', 'o:anna')])
      expect(status(of, 'away', facts())).toMatch(/^Nobody is here right now\./);
    for (const words of [status(chat('queued'), 'away', facts()), greeting('away', facts())])
      expect(words).toMatch(/kept, and read when somebody is back/);
  });

  it('greets in the words of the site', () => {
    const site = facts({ greeting: 'Ahoy!', away: 'We are at sea.' });
    expect(greeting('here', site)).toBe('Ahoy!');
    expect(greeting('unsure', site)).toBe('Ahoy!');
    expect(greeting('away', site)).toBe('We are at sea.');
  });

  it('claims nobody to be there while that is not known', () => {
    expect(status(undefined, 'unsure', facts())).toBe('Write to us.');
    expect(status(undefined, 'here', facts())).toBe('We are here.');
  });

  it('says that a chat has ended, whatever else is the case', () => {
    expect(status(chat('closed'), 'cut', facts())).toBe('This chat has ended.');
  });

  it('says after a while without any data centre where the words wait', () => {
    expect(status(chat('queued'), 'cut', facts())).toMatch(
      /kept here and sent as soon as possible/,
    );
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
