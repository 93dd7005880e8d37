import { describe, expect, test } from 'vitest';
import type { Acceptance } from '../src/acceptance.ts';
import type { Content } from '../src/content.ts';
import { makeContent } from '../src/content.ts';
import { type Fact, foldRouting, foldTranscript, frontier, setDigest } from '../src/fold.ts';
import type { Audience } from '../src/gen/protocol.ts';
import { Ulids } from '../src/ulid.ts';
import { SimClock } from './sim/clock.ts';
import { Dice } from './sim/dice.ts';

const clock = new SimClock();
const dice = new Dice(1);
const ulids = new Ulids(clock.machine(), dice);
let macs = 0;

function event(
  after: readonly Fact[],
  hlc: number | null,
  options: {
    author?: string;
    audience?: Audience;
    chat?: string;
    kind?: string;
    payload?: Record<string, unknown>;
  } = {},
): Fact {
  const content: Content = makeContent(
    {
      site: 'shop',
      chat: options.chat ?? 'chat-1',
      author: options.author ?? 'v:a',
      id: ulids.next(),
      kind: options.kind ?? 'message',
      audience: options.audience ?? 'chat',
      after: after.map((one) => one.content.digest),
      payload: options.payload ?? { text: 'x' },
    },
    dice,
  );
  return { content, acc: hlc === null ? [] : [acceptance(hlc)] };
}

function acceptance(hlc: number): Acceptance {
  return {
    o: 'primary/n1/1',
    s: 1,
    t: hlc.toString(16).padStart(16, '0'),
    k: 'k',
    m: `m${macs++}`,
  };
}

function decision(by: string, hlc: number, fields: Record<string, unknown>): Fact {
  const payload = {
    state: 'assigned',
    operator: 'o:ann',
    epoch: 1,
    term: 1,
    auto: false,
    replaces: [],
    covers: [],
    ...fields,
  };
  return event([], hlc, { author: by, kind: 'route', payload });
}

const order = (facts: readonly Fact[], waiting?: 'binding') =>
  foldTranscript(facts, waiting).map(({ fact }) => facts.indexOf(fact));

describe('Transcript', () => {
  test('a reply stands after what it answers, whatever the clocks say', () => {
    const question = event([], 1_000);
    const answer = event([question], 10);
    const thanks = event([answer], 5);
    expect(order([thanks, answer, question])).toEqual([2, 1, 0]);
  });

  test('is the same for every order of arrival', () => {
    const a = event([], 5);
    const b = event([], 5);
    const c = event([a], 1);
    const texts = [
      [a, b, c],
      [c, b, a],
      [b, c, a],
    ].map((facts) => foldTranscript(facts).map(({ fact }) => fact.content.digest));
    expect(texts[1]).toEqual(texts[0]);
    expect(texts[2]).toEqual(texts[0]);
  });

  test('what an event names of another chat or of a narrower audience does not move it', () => {
    const note = event([], 100, { audience: 'operators', author: 'o:ann' });
    const elsewhere = event([], 100, { chat: 'chat-2' });
    const message = event([note, elsewhere], 1);
    expect(
      foldTranscript([note, elsewhere, message]).find(({ fact }) => fact === message)?.order,
    ).toBe(1n);
  });

  test('a chain of thousands is no problem', () => {
    const chain: Fact[] = [];
    for (let i = 0; i < 20_000; i++) chain.push(event(chain.slice(-1), 1));
    expect(foldTranscript([...chain].reverse()).map(({ fact }) => fact)).toEqual(chain);
  });

  test('what nobody accepted stands last', () => {
    const mine = event([], null);
    const theirs = event([], 50);
    expect(order([mine, theirs])).toEqual([1, 0]);
  });

  test('on its author’s screen an accepted message does not overtake the one before it that still waits', () => {
    const first = event([], null);
    const second = event([first], 50);
    const reply = event([second], 60, { author: 'o:ann' });
    expect(order([first, second, reply])).toEqual([1, 2, 0]);
    expect(order([first, second, reply], 'binding')).toEqual([0, 1, 2]);
  });
});

describe('Frontier', () => {
  test('names what no other event of the audience names', () => {
    const a = event([], 1);
    const b = event([a], 2);
    const note = event([b], 3, { audience: 'operators', author: 'o:ann' });
    expect(frontier([a, b, note], 'chat')).toEqual([b.content.digest]);
    expect(frontier([a, b, note], 'operators')).toEqual([note.content.digest]);
  });

  test('names 32 at most, the last by place', () => {
    const many = Array.from({ length: 40 }, (_, i) => event([], i + 1));
    expect(frontier(many, 'chat')).toEqual(many.slice(8).map((one) => one.content.digest));
  });
});

describe('Set digest', () => {
  test('covers acceptances, and neither waiting events nor a narrower audience', () => {
    const a = event([], 1);
    const same = setDigest([a], 'chat');
    expect(setDigest([a, event([], null), event([], 1, { audience: 'operators' })], 'chat')).toBe(
      same,
    );
    expect(setDigest([{ ...a, acc: [...a.acc, acceptance(2)] }], 'chat')).not.toBe(same);
  });
});

describe('Routing', () => {
  test('a higher epoch wins over an ordinary decision, an ordinary one over an autonomous one', () => {
    const low = decision('n:primary', 9, { operator: 'o:low' });
    const auto = decision('n:redundant', 1, { operator: 'o:auto', auto: true });
    const high = decision('n:redundant', 99, { operator: 'o:high', epoch: 2, auto: true });
    expect(foldRouting([low, auto]).operator).toBe('o:low');
    expect(foldRouting([low, auto, high]).operator).toBe('o:high');
  });

  test('terms count only inside one deployment', () => {
    const old = decision('n:primary', 1, { operator: 'o:old', term: 1 });
    const fresh = decision('n:primary', 9, { operator: 'o:fresh', term: 2 });
    const other = decision('n:redundant', 5, { operator: 'o:other', term: 7 });
    expect(foldRouting([old, fresh]).operator).toBe('o:fresh');
    expect(foldRouting([old, fresh, other]).operator).toBe('o:other');
  });

  test('a replaced decision is out, however high', () => {
    const high = decision('n:primary', 1, { operator: 'o:high', epoch: 9 });
    const next = decision('n:primary', 2, {
      operator: 'o:next',
      epoch: 1,
      replaces: [high.content.digest],
    });
    expect(foldRouting([high, next]).operator).toBe('o:next');
  });

  test('a message that the close did not know queues the chat again', () => {
    const before = event([], 1);
    const close = decision('n:primary', 3, { state: 'closed', covers: [before.content.digest] });
    expect(foldRouting([before, close]).state).toBe('closed');
    expect(foldRouting([before, close, event([], 2)]).state).toBe('queued');
    expect(foldRouting([before, close, event([], 2, { author: 'o:ann' })]).state).toBe('closed');
  });
});
