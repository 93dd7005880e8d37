// The settings as a console sees and writes them. Each deployment tells its registers; what the carrier says counts, and the other one's
// word while the carrier has not told all of its own. A write is an event in the outbox like any message, so it survives what a message
// survives; from the moment it was made it counts on its author's screen, until a deployment's word takes it in.

import type {
  DeploymentName,
  Digest,
  MessageState,
  RegisterView,
  SettingsView,
  WriteView,
} from '../api.ts';
import type { Held } from '../chat_set.ts';
import { bodyFields } from '../content.ts';
import type { Insides } from '../extension.ts';
import type { NodeRegisters, RegisterSeen } from '../gen/protocol.ts';
import type { Link } from '../link.ts';
import { ulidTime } from '../ulid.ts';
import { stateOf } from '../view.ts';
import { Computed } from '../watched.ts';
import { registerKey } from './register_key.ts';

/** What one deployment told. */
interface Board {
  connection: number;
  whole: boolean;
  registers: Map<string, RegisterSeen>;
}

const NO_CHAT = '';
const SECRETS: ReadonlySet<string> = new Set(['password', 'secret']);

export class Settings {
  readonly view: Computed<SettingsView>;
  readonly #insides: Insides;
  readonly #boards: Record<DeploymentName, Board> = { primary: empty(), redundant: empty() };
  /** Own writes that a deployment's word has taken in, or that somebody replaced before it did. */
  readonly #told = new Set<Digest>();
  #on = false;
  #boardsRevision = 0;
  #seen = '';

  constructor(insides: Insides) {
    this.#insides = insides;
    this.view = new Computed((before) => this.#compute(before));
  }

  show(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    for (const link of this.#insides.links.both()) if (link.up) this.#ask(link);
  }

  welcomed(link: Link): void {
    if (this.#on) this.#ask(link);
  }

  #ask(link: Link): void {
    link.send({ t: 'view', on: this.#on });
    // What was told before stays on the screen until it is told again.
    const board = this.#boards[link.deployment];
    this.#boards[link.deployment] = { ...board, connection: -1 };
  }

  hear(link: Link, { registers, more }: NodeRegisters): void {
    let board = this.#boards[link.deployment];
    if (board.connection !== link.connection) {
      board = { ...empty(), connection: link.connection };
      this.#boards[link.deployment] = board;
    }
    const newestOwn = this.#newestOwn();
    for (const one of registers) {
      const key = registerKey(one.entity, one.field);
      board.registers.set(key, one);
      for (const digest of one.unreplaced) this.#told.add(digest);
      const own = newestOwn.get(key);
      if (own !== undefined && own.acc.length > 0) this.#told.add(own.content.digest);
    }
    if (!more) board.whole = true;
    this.#boardsRevision++;
  }

  write(entity: string, field: string, value: unknown, revoke: boolean): Digest {
    const { composer, say } = this.#insides;
    const key = registerKey(entity, field);
    const known = Object.values(this.#boards).flatMap(
      ({ registers }) => registers.get(key)?.unreplaced ?? [],
    );
    const own = this.#own()
      .filter((held) => held.refused === null && registerOf(held) === key)
      .map((held) => held.content.digest)
      .filter((digest) => !this.#told.has(digest)); // what was taken in is among the known ones, or replaced
    const replaces = [...new Set([...known, ...own])];
    const payload = { entity, field, value, revoke, replaces };
    return say(composer.make(NO_CHAT, 'set', 'nodes', [], payload)).digest;
  }

  stateOf(digest: Digest): MessageState | null {
    const held = this.#insides.chats.get(NO_CHAT)?.get(digest);
    return held === undefined ? null : stateOf(held);
  }

  #own(): readonly Held[] {
    const all = this.#insides.chats.get(NO_CHAT)?.all() ?? [];
    return all.filter((held) => held.mine && held.content.head.kind === 'set');
  }

  #newestOwn(): Map<string, Held> {
    const newest = new Map<string, Held>();
    for (const held of this.#own()) {
      const key = registerOf(held);
      const known = newest.get(key);
      if (known === undefined || known.content.head.id < held.content.head.id)
        newest.set(key, held);
    }
    return newest;
  }

  #board(): Board {
    const { links } = this.#insides;
    const carrier = links.carrier() ?? links.active();
    const own = this.#boards[carrier.deployment];
    const others = this.#boards[links.other(carrier).deployment];
    return own.whole || !others.whole ? own : others;
  }

  #compute(before: SettingsView | undefined): SettingsView {
    const board = this.#board();
    const revision = this.#insides.chats.get(NO_CHAT)?.revision ?? 0;
    const which = board === this.#boards.primary ? 'primary' : 'redundant';
    const seen = `${which} ${board.whole} ${this.#boardsRevision} ${revision}`;
    if (before !== undefined && seen === this.#seen) return before;
    this.#seen = seen;
    const registers = new Map<string, RegisterView>();
    for (const [key, one] of board.registers) registers.set(key, told(one));
    for (const [key, held] of this.#newestOwn()) {
      const write = writeOf(held);
      const counts = write.state !== 'refused' && !this.#told.has(write.digest);
      const { entity, field } = bodyFields(held.content) as { entity: string; field: string };
      const { value, at } = write;
      const known: Omit<RegisterView, 'write'> = registers.get(key) ?? {
        entity,
        field,
        value: undefined,
        by: null,
        at: null,
      };
      const own = counts ? { value, by: this.#insides.author, at } : {};
      registers.set(key, { ...known, ...own, write });
    }
    return { whole: board.whole, registers };
  }
}

function empty(): Board {
  return { connection: -1, whole: false, registers: new Map() };
}

function registerOf(held: Held): string {
  const { entity, field } = bodyFields(held.content);
  return registerKey(String(entity), String(field));
}

function told({ entity, field, value, by, at }: RegisterSeen): RegisterView {
  const known = { by: by ?? null, at: at ?? null, write: null };
  return { entity, field, value: parsed(value), ...known };
}

function parsed(json: string | null): unknown {
  try {
    return json === null ? null : JSON.parse(json);
  } catch {
    return undefined;
  }
}

function writeOf(held: Held): WriteView {
  const { digest, head } = held.content;
  const { field, value } = bodyFields(held.content);
  return {
    digest,
    value: SECRETS.has(String(field)) ? null : value,
    at: ulidTime(head.id),
    state: stateOf(held),
    ...(held.refused !== null && { why: held.refused.why }),
  };
}
