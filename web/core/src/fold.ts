// Pure functions of a set of events: the transcript, the digest, who has the chat. Whoever holds the same set computes the
// same answers, whatever the clocks say. The twin of src/chat/chat.h; tests/vectors and the differential fuzz hold
// the two together. docs/protocol.md §§3, 6.

import { type Acceptance, smallestHlc } from './acceptance.ts';
import type { ChatId, ChatState, Digest } from './api.ts';
import { compareText, hash, unb64, utf8Length } from './bytes.ts';
import { type Audience, bodyFields, type Content, visibleTo } from './content.ts';
import { Limit } from './gen/protocol.ts';

/** An event as the fold sees it. */
export interface Fact {
  readonly content: Content;
  /** Ascending by `m`. */
  readonly acc: readonly Acceptance[];
}

export interface Placed<F extends Fact> {
  readonly order: bigint;
  readonly fact: F;
}

// Events that nobody accepted stand behind all others, by id.
const UNACCEPTED = (1n << 64n) - 1n;
const LAST_PLACE = UNACCEPTED - 1n;

/**
 * What an event without acceptances means for accepted ones that come after it.
 * 'last' (the protocol's answer, the same for every holder): nothing.
 * 'binding' (an author's own screen): they stand after it. A second message accepted before the first must not jump above it
 * while the first is still on its way.
 */
export type Waiting = 'last' | 'binding';

/** Events of one chat, each once, ascending by place. */
export function foldTranscript<F extends Fact>(
  facts: readonly F[],
  waiting: Waiting = 'last',
): Placed<F>[] {
  const orders = placeOrders(facts, waiting);
  return facts
    .map((fact) => ({ order: orders.get(fact.content.digest) ?? UNACCEPTED, fact }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : compareById(a.fact, b.fact)));
}

function compareById(a: Fact, b: Fact): number {
  return (
    compareText(a.content.head.id, b.content.head.id) ||
    compareText(a.content.digest, b.content.digest)
  );
}

// Depth first without recursion: a chat may be one chain of thousands.
function placeOrders(facts: readonly Fact[], waiting: Waiting): Map<Digest, bigint> {
  const byDigest = new Map(facts.map((fact) => [fact.content.digest, fact]));
  const orders = new Map<Digest, bigint>();
  for (const fact of facts) {
    const stack = [fact];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const before =
        waiting === 'last' && top.acc.length === 0 ? [] : named(top, byDigest, waiting);
      const open = before.filter((one) => !orders.has(one.content.digest));
      if (open.length > 0 && !orders.has(top.content.digest)) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      orders.set(top.content.digest, orderOf(top, before, orders, waiting));
    }
  }
  return orders;
}

function orderOf(
  fact: Fact,
  before: readonly Fact[],
  orders: ReadonlyMap<Digest, bigint>,
  waiting: Waiting,
): bigint {
  const hlc = smallestHlc(fact.acc);
  if (hlc === null && waiting === 'last') return UNACCEPTED;
  let order = hlc === null ? UNACCEPTED : BigInt(`0x${hlc}`);
  for (const one of before) {
    const after = (orders.get(one.content.digest) ?? 0n) + 1n;
    if (after > order) order = after;
  }
  return waiting === 'last' && order > LAST_PLACE ? LAST_PLACE : order;
}

// Of what an event names in `after`, what counts: held, accepted, of the same chat, of the same or a wider audience.
function named(fact: Fact, byDigest: ReadonlyMap<Digest, Fact>, waiting: Waiting): Fact[] {
  return fact.content.head.after.flatMap((digest) => {
    const one = byDigest.get(digest);
    if (one === undefined || one.content.head.chat !== fact.content.head.chat) return [];
    if (waiting === 'last' && one.acc.length === 0) return [];
    return visibleTo(one.content.head.audience, fact.content.head.audience) ? [one] : [];
  });
}

/** What a new event's `after` should name: those of `audience` or wider that no other of them names; the last 32, by place. */
export function frontier(facts: readonly Fact[], audience: Audience): Digest[] {
  const sees = (fact: Fact) => visibleTo(fact.content.head.audience, audience);
  const known = new Set(facts.filter(sees).flatMap((fact) => fact.content.head.after));
  return foldTranscript(facts)
    .filter(({ fact }) => sees(fact) && !known.has(fact.content.digest))
    .slice(-Limit.afterMax)
    .map(({ fact }) => fact.content.digest);
}

/** Digest of a chat as a link may see it: 'chat' for a visitor, 'operators' for a console. */
export function setDigest(facts: readonly Fact[], upTo: Audience): string {
  const lines = facts
    .filter((fact) => fact.acc.length > 0 && visibleTo(fact.content.head.audience, upTo))
    .sort((a, b) => compareText(a.content.digest, b.content.digest))
    .map((fact) => `${fact.content.digest} ${fact.acc.map((acc) => acc.m).join(',')}\n`);
  return hash(`holdfast:set:1\n${lines.join('')}`);
}

export interface Routing {
  readonly state: ChatState;
  readonly operator: string | null;
  readonly winner: Digest | null;
  /** What a new decision must name, ascending. */
  readonly unreplaced: readonly Digest[];
}

const DEPLOYMENT = /^n:(primary|redundant)$/;
const OPERATOR = /^o:[a-z0-9][a-z0-9-]{0,31}$/;
const NONCE_BYTES = 22;
const REPLACES_MAX = 300;

interface Decision {
  readonly digest: Digest;
  readonly deployment: string;
  readonly id: string;
  readonly hlc: string;
  readonly state: ChatState;
  readonly operator: string | null;
  readonly epoch: number;
  readonly term: number;
  readonly auto: boolean;
  readonly replaces: readonly Digest[];
  readonly covers: readonly Digest[];
}

/** Who has the chat. */
export function foldRouting(facts: readonly Fact[]): Routing {
  const decisions = facts.flatMap((fact) => parseDecision(fact) ?? []);
  const replaced = new Set(decisions.flatMap((one) => one.replaces));
  const standing = decisions.filter((one) => !replaced.has(one.digest));
  const winner = electDecision(standing);
  const unreplaced = standing.map((one) => one.digest).sort(compareText);
  if (winner === null) return { state: 'queued', operator: null, winner: null, unreplaced };
  const reopened = winner.state === 'closed' && spokeAfter(facts, winner.covers);
  return {
    state: reopened ? 'queued' : winner.state,
    operator: winner.operator,
    winner: winner.digest,
    unreplaced,
  };
}

// Only what every holder reads alike counts: an accepted event of a deployment whose body has every field, in its type.
function parseDecision(fact: Fact): Decision | null {
  const { head, digest } = fact.content;
  const hlc = smallestHlc(fact.acc);
  if (head.kind !== 'route' || hlc === null || !DEPLOYMENT.test(head.author)) return null;
  const { nonce, state, epoch, term, auto, operator, replaces, covers } = bodyFields(fact.content);
  if (typeof nonce !== 'string' || utf8Length(nonce) !== NONCE_BYTES) return null;
  if (!isState(state) || !isCount(epoch) || !isCount(term) || typeof auto !== 'boolean')
    return null;
  if (!isDigests(replaces) || !isDigests(covers) || !isOperator(operator, state)) return null;
  const who = state === 'assigned' && typeof operator === 'string' ? operator : null;
  return {
    digest,
    deployment: head.author,
    id: head.id,
    hlc,
    state,
    operator: who,
    epoch,
    term,
    auto,
    replaces,
    covers,
  };
}

function isState(value: unknown): value is ChatState {
  return value === 'queued' || value === 'assigned' || value === 'closed';
}

function isOperator(value: unknown, state: ChatState): boolean {
  return value === undefined
    ? state !== 'assigned'
    : typeof value === 'string' && OPERATOR.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDigests(value: unknown): value is Digest[] {
  if (!Array.isArray(value) || value.length > REPLACES_MAX) return false;
  return value.every((one) => typeof one === 'string' && unb64(one)?.length === 32);
}

// First the best of each deployment, because terms of two deployments cannot be compared; then the best of those.
function electDecision(standing: readonly Decision[]): Decision | null {
  const bests = new Map<string, Decision>();
  for (const one of standing) {
    const best = bests.get(one.deployment);
    if (best === undefined || outranks(one, best, true)) bests.set(one.deployment, one);
  }
  let winner: Decision | null = null;
  for (const one of bests.values())
    if (winner === null || outranks(one, winner, false)) winner = one;
  return winner;
}

function outranks(a: Decision, b: Decision, sameDeployment: boolean): boolean {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch;
  if (a.auto !== b.auto) return !a.auto;
  if (sameDeployment && a.term !== b.term) return a.term > b.term;
  return (
    (compareText(a.hlc, b.hlc) || compareText(a.id, b.id) || compareText(a.digest, b.digest)) < 0
  );
}

// Did the visitor say something that a close over `covers` did not know?
function spokeAfter(facts: readonly Fact[], covers: readonly Digest[]): boolean {
  const past = pastOf(facts, covers);
  return facts.some(
    ({ acc, content: { head, digest } }) =>
      head.kind === 'message' &&
      head.author.startsWith('v:') &&
      acc.length > 0 &&
      !past.has(digest),
  );
}

/** Every event that the named ones come after, themselves included. */
export function pastOf(facts: readonly Fact[], of: readonly Digest[]): Set<Digest> {
  const byDigest = new Map(facts.map((fact) => [fact.content.digest, fact]));
  const past = new Set<Digest>();
  const open = of.flatMap((digest) => byDigest.get(digest) ?? []);
  for (let fact = open.pop(); fact !== undefined; fact = open.pop()) {
    if (past.has(fact.content.digest)) continue;
    past.add(fact.content.digest);
    open.push(...named(fact, byDigest, 'last'));
  }
  return past;
}

/** The event that made the chat, when it is here. */
export function openingOf<F extends Fact>(facts: Iterable<F>, chat: ChatId): F | null {
  for (const fact of facts)
    if (fact.content.head.kind === 'open' && fact.content.head.chat === chat) return fact;
  return null;
}
