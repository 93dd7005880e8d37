import { expect, test } from 'vitest';
import { colleagues, stepped } from '../src/colleagues.ts';
import { asRole, may, mayManage, roles } from '../src/permissions.ts';
import { hashOf, routeOf } from '../src/route.ts';
import { colourWords, contrast, textOn } from '../src/settings/colour.ts';
import { fieldState } from '../src/settings/field.ts';
import { parseFormDraft } from '../src/settings/form_drafts.ts';
import {
  hoursProblem,
  hoursWords,
  likeMonday,
  minutesOf,
  readHours,
  timeOf,
  withSpan,
} from '../src/settings/hours.ts';
import { leastFar, savedWords } from '../src/settings/saved.ts';

test('Each role may do what the protocol’s table says', () => {
  const table = {
    changeSelf: [true, true, true, true],
    directOthers: [false, true, true, true],
    writeSiteTexts: [false, true, true, true],
    writeSite: [false, false, true, true],
    writeWebhooks: [false, false, true, true],
    manageOperators: [false, false, true, true],
    manageAdmins: [false, false, false, true],
  } as const;
  for (const [action, allowed] of Object.entries(table))
    expect(roles.map((role) => may(role, action as keyof typeof table))).toEqual(allowed);
});

test('A role that is not known may do the least', () => {
  expect(may(null, 'changeSelf')).toBe(true);
  expect(may(null, 'directOthers')).toBe(false);
  expect(asRole('emperor')).toBe('operator');
});

test('Admins manage operators and supervisors, owners everybody', () => {
  expect(roles.map((role) => mayManage('admin', role))).toEqual([true, true, false, false]);
  expect(roles.map((role) => mayManage('owner', role))).toEqual([true, true, true, true]);
});

test('An address names a page and nothing else', () => {
  expect(routeOf('#/settings/site')).toEqual({ at: 'settings', page: 'site' });
  expect(routeOf('#/settings/nowhere')).toEqual({ at: 'settings', page: 'profile' });
  expect(routeOf('')).toEqual({ at: 'chats' });
  expect(routeOf(hashOf({ at: 'settings', page: 'webhooks' }))).toEqual({
    at: 'settings',
    page: 'webhooks',
  });
});

test('The text on a colour is the one that reads better', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(textOn('#1b5cce')).toBe('#ffffff');
  expect(textOn('#ffe14d')).toBe('#000000');
  expect(colourWords('#ffe14d')).toContain('hard to see');
  expect(colourWords('#1b5cce')).not.toContain('hard to see');
});

const day = (n: number, from: number, to: number) => ({ day: n, from, to });

test('Hours end after they begin and do not overlap', () => {
  expect(hoursProblem([day(1, 540, 720), day(1, 720, 1440)])).toBe('');
  expect(hoursProblem([day(2, 540, 540)])).toContain('Tuesday');
  expect(hoursProblem([day(3, 540, 720), day(3, 700, 800)])).toContain('overlap');
});

test('Midnight at the end of a day is its end', () => {
  expect(minutesOf('00:00', 'to')).toBe(1440);
  expect(minutesOf('00:00', 'from')).toBe(0);
  expect(timeOf(1440)).toBe('00:00');
  expect(minutesOf('', 'to')).toBe(null);
});

test('Days are filled in with what is usual', () => {
  const monday = withSpan([], 1);
  expect(hoursWords(monday)).toBe('Mon 09:00–17:00');
  expect(likeMonday([...monday, day(6, 600, 700), day(2, 1, 2)]).map((span) => span.day)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  expect(hoursProblem(withSpan(withSpan(monday, 1), 1))).toBe('');
  expect(readHours([day(1, 2, 3), 'x', { day: 1 }])).toEqual([day(1, 2, 3)]);
  expect(readHours('x')).toEqual([]);
});

const plain = { problem: () => '' };

test('A draft that says what counts is none', () => {
  const draft = { base: '"old"', typed: 'now' };
  expect(fieldState(plain, 'now', draft)).toEqual({
    typed: 'now',
    changed: false,
    overtaken: false,
  });
});

test('A draft that began over another value was overtaken, and is kept', () => {
  const draft = { base: '"old"', typed: 'mine' };
  expect(fieldState(plain, 'old', draft)).toEqual({
    typed: 'mine',
    changed: true,
    overtaken: false,
  });
  expect(fieldState(plain, 'theirs', draft)).toEqual({
    typed: 'mine',
    changed: true,
    overtaken: true,
  });
});

test('A draft of another shape is not believed', () => {
  expect(fieldState(plain, 'text', { base: '[]', typed: ['list'] }).changed).toBe(false);
  expect(fieldState(plain, [] as readonly string[], { base: '[]', typed: 'text' }).changed).toBe(
    false,
  );
  for (const kept of [null, '', 'x', '1', '{}', '{"base":1,"typed":2}'])
    expect(parseFormDraft(kept)).toBe(null);
});

test('A form is as far as the write that is least far', () => {
  const at = (state: 'waiting' | 'accepted' | 'safe' | 'refused') => ({
    entity: '',
    field: '',
    value: '',
    by: null,
    at: null,
    write: { digest: '', value: '', at: 0, state },
  });
  expect(leastFar([undefined])).toBe(null);
  expect(leastFar([at('safe'), at('accepted')])).toBe('accepted');
  expect(leastFar([at('waiting'), at('refused')])).toBe('refused');
  expect(savedWords('safe')).toBe('Saved in both data centres');
});

test('Colleagues are found by the beginning of any of their names, those who are here first', () => {
  const people = [
    { id: 'o:bob', name: 'Bob', online: false },
    { id: 'o:zoe-2', name: 'Zoë Öhm', online: true },
    { id: 'o:ann', name: 'Ann', online: true },
  ];
  const found = (typed: string) => colleagues(people, typed).map(({ id }) => id);
  expect(found('')).toEqual(['o:ann', 'o:zoe-2', 'o:bob']);
  expect(found('ohm zo')).toEqual(['o:zoe-2']);
  expect(found('oe')).toEqual([]);
  expect(stepped(colleagues(people, ''), 'o:bob', 1)).toBe('o:ann');
  expect(stepped(colleagues(people, ''), 'o:ann', -1)).toBe('o:bob');
  expect(stepped([], null, 1)).toBe(null);
});
