import { describe, expect, test } from 'vitest';
import { drills } from '../../src/drills/catalogue.ts';
import { type Findings, judge } from '../../src/drills/outcome.ts';
import { page } from '../../src/drills/page.ts';
import { plotFile } from '../../src/drills/plot.ts';
import { silences } from '../../src/drills/silence.ts';
import { lines, markdown, table } from '../../src/drills/table.ts';

const quick = { count: 100, p50: 20, p99: 40, max: 60 };

/** A drill during which nobody noticed anything. */
function findings(change: Partial<Findings> = {}): Findings {
  return {
    drill: 'data-centre-killed',
    story: 'it is gone',
    scenario: 'data centre lost',
    proves: 'two links',
    promise: { addedP99Ms: 300, switchedMs: 5_000, newcomersMs: 8_000 },
    began: '2026-11-30T03:00:00.000Z',
    version: 'holdfast 0.1.0',
    sent: 300,
    lost: 0,
    doubled: 0,
    reordered: 0,
    forged: 0,
    screensDiffering: 0,
    unsafe: 0,
    before: quick,
    during: { ...quick, p99: 200 },
    after: quick,
    addedP99Ms: 180,
    silenceMs: { visitor: 900, operator: 950 },
    newcomers: { came: 5, served: 5, longestMs: 1_200, grantedTwice: 0 },
    screens: [],
    verdicts: [{ atMs: 7_000, epoch: 2, active: 'redundant' }],
    detectedMs: 900,
    switchedMs: 1_000,
    identicalMs: 2_000,
    hedges: 10,
    hedgesWon: 4,
    givenBack: 3,
    audit: { kept: 40, lost: 0, unsaid: 0 },
    journals: {
      same: true,
      difference: '',
      missing: 0,
      events: 320,
      givenBack: 2,
      twoAcceptances: 4,
    },
    complaints: [],
    unmet: [],
    marks: [
      { atMs: 6_000, kind: 'strike', words: 'it <breaks>' },
      { atMs: 14_000, kind: 'repair', words: 'repaired' },
    ],
    messages: [
      { atMs: 100, delayMs: 21, by: 'visitor' },
      { atMs: 6_100, delayMs: 200, by: 'operator' },
      { atMs: 6_200, delayMs: null, by: 'operator' },
    ],
    ...change,
  };
}

const failures = (change: Partial<Findings>, limits = true) =>
  judge(findings(change), limits).failures;

describe('the verdict', () => {
  test('passes when nobody noticed anything', () => {
    expect(failures({})).toEqual([]);
  });

  test.each([
    ['lost', { lost: 1 }],
    ['doubled', { doubled: 1 }],
    ['reordered', { reordered: 2 }],
    ['that nobody said', { forged: 1 }],
    ['screens differ', { screensDiffering: 1 }],
    ['not in both', { unsafe: 3 }],
    ['did not become identical', { identicalMs: null }],
    ['nobody said anything', { sent: 0 }],
    ['never served', { newcomers: { came: 5, served: 4, longestMs: 900, grantedTwice: 0 } }],
    [
      'given to two operators',
      { newcomers: { came: 5, served: 5, longestMs: 900, grantedTwice: 1 } },
    ],
    ['synthetic messages lost', { audit: { kept: 40, lost: 1, unsaid: 0 } }],
    ['synthetic messages that nobody said', { audit: { kept: 40, lost: 0, unsaid: 1 } }],
    ['screens said', { screens: ['visitor 1: nobody is there'] }],
    [
      '2 messages do not stand in both',
      {
        journals: {
          same: true,
          difference: '',
          missing: 2,
          events: 9,
          givenBack: 0,
          twoAcceptances: 0,
        },
      },
    ],
    ['the verdict changed', { unmet: ['the verdict changed'] }],
    [
      'journals differ',
      {
        journals: {
          same: false,
          difference: 'x',
          missing: 0,
          events: 1,
          givenBack: 0,
          twoAcceptances: 0,
        },
      },
    ],
  ])('%s is harm, whatever the limits', (words, change) => {
    expect(failures(change, false)).toEqual([expect.stringContaining(words)]);
  });

  test.each([
    ['delay added', { addedP99Ms: 301 }],
    ['delay added (p99) never', { addedP99Ms: null }],
    ['switched after never', { switchedMs: null }],
    [
      'a new visitor waited',
      { newcomers: { came: 5, served: 5, longestMs: 8_001, grantedTwice: 0 } },
    ],
  ])('%s is judged by its limit, and only told without limits', (words, change) => {
    expect(failures(change)).toEqual([expect.stringContaining(words)]);
    expect(failures(change, false)).toEqual([]);
  });

  test('what may not be measurable is compared with what was before', () => {
    const promise = { addedP99Ms: 'none' } as const;
    expect(failures({ promise, addedP99Ms: 80 })).toEqual([]);
    expect(failures({ promise, addedP99Ms: 81 })).toHaveLength(1);
  });

  test('screens may say what is true', () => {
    const promise = { outOfReach: true };
    expect(failures({ promise, screens: ['visitor 1: no data centre is within reach'] })).toEqual(
      [],
    );
  });

  test('an installation that is not ours is judged by its screens alone', () => {
    expect(failures({ journals: null, identicalMs: null })).toEqual([]);
  });
});

test('silence is the longest pause on a screen, for each side', () => {
  const said = (to: string, seenAt: number) => ({
    text: '',
    chat: 1,
    by: '',
    to,
    nth: 1,
    heard: 0,
    intendedAt: 0,
    seenAt,
  });
  const spoken = [
    said('visitor 1', 100),
    said('visitor 1', 900),
    said('visitor 1', 300),
    said('operator 1', 50),
    said('operator 1', 60),
  ];
  expect(silences(spoken)).toEqual({ visitor: 600, operator: 10 });
});

test('the page needs nothing else, and quotes what it is told', () => {
  const html = page([judge(findings(), true), judge(findings({ lost: 1 }), true)]);
  expect(html).not.toMatch(/https?:|src=|<script/);
  expect(html).toContain('it &lt;breaks&gt;');
  expect(html).toContain('1 failed');
  expect(html).toContain('class="never" d="M');
});

test('the table names the drill and its verdict', () => {
  const [good, bad] = [judge(findings(), true), judge(findings({ lost: 1 }), true)];
  expect(lines(bad)).toContain('FAILED: 1 messages lost');
  expect(
    table([good, bad])
      .split('\n')
      .map((line) => line.trim().split(/\s+/).at(-1)),
  ).toEqual(['same', 'passed', 'FAILED']);
});

test('the table for documents has a row for each, and says what failed', () => {
  const rows = markdown([judge(findings(), true), judge(findings({ lost: 1 }), true)]).split('\n');
  expect(rows[2]).toBe(
    '| `data-centre-killed` | 300 | 0 | 20 / 40 | 20 / 200 / 60 | 180 | 0.95 s | 1.20 s | 1.00 s | 2.00 s | passed |',
  );
  expect(rows[3]).toContain('| 1 |');
  expect(rows[3]).toContain('FAILED: 1 messages lost');
});

test('the timeline stands alone, too', () => {
  const svg = plotFile(judge(findings(), true));
  expect(svg).toMatch(/^<svg xmlns="[^"]+" viewBox="[^>]*>\n<style>/);
  expect(svg).toContain('path.visitor');
});

test('every drill has a name of its own', () => {
  expect(new Set(drills.map(({ name }) => name)).size).toBe(drills.length);
});
