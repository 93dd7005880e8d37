import { describe, expect, it } from 'vitest';
import { nameOf, parseFacts } from '../src/site_facts.ts';

describe('the name of an operator', () => {
  it('is what they want to be called', () => {
    expect(nameOf('o:anna.berg', 'Anna B.')).toBe('Anna B.');
    expect(nameOf('o:anna', 'ياسمين')).toBe('ياسمين');
  });

  it('is made from their id while nobody said another', () => {
    expect(nameOf('o:anna.berg', undefined)).toBe('Anna Berg');
    expect(nameOf('o:anna', 'anna')).toBe('Anna');
    expect(nameOf('o:anna', ' ')).toBe('Anna');
  });

  it('cannot turn round the sentence that it stands in', () => {
    expect(nameOf('o:anna', '\u202Eanna\u2066 berg')).toBe('anna berg');
    expect(nameOf('o:anna', '\u202E\u202D')).toBe('Anna');
  });

  it('is a name whatever was kept', () => {
    expect(nameOf('o:anna', 7)).toBe('7');
  });
});

describe('what was kept of a site', () => {
  it.each(['', 'null', '[]', '7', '"x"', '{"site":7,"names":null}'])('is little in %j', (text) => {
    expect(parseFacts(text)).toEqual({ site: {}, names: {} });
  });

  it('is there after a reload', () => {
    const kept = { site: { name: 'Shop', colour: '#123456' }, names: { 'o:anna': 'Anna' } };
    expect(parseFacts(JSON.stringify(kept))).toEqual(kept);
  });
});
