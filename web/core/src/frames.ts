// Reads what a node sent. A frame of the right type whose fields have the wrong ones is bad and is dropped whole, so that nothing
// behind this line meets a surprise; a type that this version does not know is no error.
import type { NodeFrame } from './gen/protocol.ts';

export interface BadFrame {
  readonly bad: string;
}

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;
export type Shapes = Readonly<Record<string, Shape>>;

export const text: Check = (value) => typeof value === 'string';
export const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
export const bool: Check = (value) => typeof value === 'boolean';
export const textOrNull: Check = (value) => value === null || text(value);
export const list =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
export const object =
  (shape: Shape): Check =>
  (value) =>
    isObject(value) && firstBad(value, shape) === null;

const HLC = /^[0-9a-f]{16}$/;
const acceptance = object({
  o: text,
  s: number,
  t: (value) => typeof value === 'string' && HLC.test(value),
  k: text,
  m: text,
});
const verdict = object({ p: text, k: text, s: text });
const chatDigest = object({ chat: text, digest: text });
const operators = optional(list(object({ id: text, name: text, online: bool })));
const peer = object({ up: bool, behind: number });
const safeAt = object({ o: text, s: number, h: text });
const person = object({ id: text, name: text });
const site = object({
  name: text,
  colour: optional(text),
  greeting: optional(text),
  away: optional(text),
  zone: optional(text),
  hours: optional(list(object({ day: number, from: number, to: number }))),
  transcripts: optional(bool),
});

/** Frames that only consoles are sent: their shapes are in desk/, and cost a visitor's page nothing. */
export type DeskFrame = 'found' | 'registers';

const SHAPES: Readonly<Record<Exclude<NodeFrame['t'], DeskFrame>, Shape>> = {
  challenge: { nonce: text, deployment: text },
  welcome: {
    version: number,
    author: text,
    time: number,
    heartbeat_ms: number,
    verdict: optional(verdict),
    peers: list(text),
    moderators: list(text),
    chats: list(object({ chat: text, digest: text, state: text })),
    outbox: list(object({ digest: text, acc: list(acceptance), safe: optional(safeAt) })),
    available: bool,
    operators,
    peer: optional(peer),
    site: optional(site),
    people: optional(list(person)),
    role: optional(text),
  },
  accepted: { digest: text, acc: acceptance },
  safe: { digest: text, o: text, s: number, h: text },
  refused: { digest: text, code: number, why: text, retry_ms: optional(number) },
  event: { chat: text, head: text, body: textOrNull, acc: list(acceptance), safe: optional(bool) },
  acc: { chat: text, digest: text, acc: list(acceptance) },
  want: { chat: text, digests: list(text) },
  wait: { chat: text, digests: list(text) },
  chat: { chat: text, state: text, operator: optional(text), digest: text, gone: optional(bool) },
  decided: {
    rid: text,
    ok: bool,
    code: optional(number),
    why: optional(text),
    digest: optional(text),
  },
  pending: { rid: text },
  signal: { chat: text, what: text, on: bool, from: text },
  presence: { available: bool, operators },
  site: { site, role: optional(text) },
  person: { person },
  erased: { chat: text, digests: list(text) },
  verdict: { verdict },
  peer: { up: bool, behind: number },
  beat: { chats: list(chatDigest) },
  error: { code: number, why: text, retry_ms: optional(number) },
};

/** null: a type from a later version, or one that is in none of the shapes. */
export function readNodeFrame(frame: string, more: Shapes = {}): NodeFrame | BadFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { bad: 'not JSON' };
  }
  if (!isObject(value) || typeof value.t !== 'string') return { bad: 'not an object with t' };
  const type = value.t;
  const shape = own(SHAPES, type) ?? own(more, type);
  if (shape === undefined) return null;
  const field = firstBad(value, shape);
  return field === null ? (value as unknown as NodeFrame) : { bad: `${type}.${field}` };
}

function own(shapes: Shapes, type: string): Shape | undefined {
  return Object.hasOwn(shapes, type) ? shapes[type] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstBad(value: Record<string, unknown>, shape: Shape): string | null {
  for (const [name, check] of Object.entries(shape)) if (!check(value[name])) return name;
  return null;
}
