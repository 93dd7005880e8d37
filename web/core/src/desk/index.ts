// The client of a console: searches, settings, looks and transfers on top of what every client does. Only consoles import this.

import type { ClientOptions, DeskClient, OperatorRole } from '../api.ts';
import { createExtendedClient } from '../client.ts';
import type { Extension, Insides } from '../extension.ts';
import type { NodeFrame } from '../gen/protocol.ts';
import type { Link } from '../link.ts';
import { Computed } from '../watched.ts';
import { Looks } from './looks.ts';
import { Searches } from './searches.ts';
import { Settings } from './settings.ts';
import { SHAPES } from './shapes.ts';
import { Unlisted } from './unlisted.ts';

export { registerKey } from './register_key.ts';
export { hashPassword, sessionOf } from './session.ts';

export function createDeskClient(options: ClientOptions): DeskClient {
  let desk: Desk | undefined;
  const client = createExtendedClient(options, {
    shapes: SHAPES,
    extend: (insides) => {
      desk = new Desk(insides);
      return desk;
    },
  });
  return Object.assign(client, (desk as unknown as Desk).face());
}

const ROLES: readonly string[] = ['operator', 'supervisor', 'admin', 'owner'];

class Desk implements Extension {
  readonly #insides: Insides;
  readonly #searches: Searches;
  readonly #looks: Looks;
  readonly #settings: Settings;
  readonly #unlisted: Unlisted;
  readonly #role: Computed<OperatorRole | null>;
  #told: OperatorRole | null = null;
  #aheadMs = 0;

  constructor(insides: Insides) {
    this.#insides = insides;
    this.#searches = new Searches(insides);
    this.#looks = new Looks(insides);
    this.#settings = new Settings(insides);
    this.#unlisted = new Unlisted(insides);
    this.#role = new Computed(() => this.#told);
  }

  face(): Omit<DeskClient, keyof ReturnType<typeof createExtendedClient>> {
    const { asks, turn } = this.#insides;
    return {
      role: this.#role,
      settings: this.#settings.view,
      transfer: (chat, to) => turn.run(() => asks.ask(chat, 'transfer', [], to)),
      find: (text, before) => turn.run(() => this.#searches.find(text, before)),
      look: (chat, on) =>
        turn.run(() => {
          if (on) return this.#looks.look(chat);
          this.#looks.lookAway(chat);
          return Promise.resolve();
        }),
      viewSettings: (on) => turn.run(() => this.#settings.show(on)),
      writeSetting: (entity, field, value, revoke = false) =>
        turn.run(() => this.#settings.write(entity, field, value, revoke)),
      serverTime: () => Math.floor(this.#insides.clock.wall() + this.#aheadMs),
      writeState: (digest) => this.#settings.stateOf(digest),
    };
  }

  hear(link: Link, frame: NodeFrame): void {
    switch (frame.t) {
      case 'welcome':
        this.#hearRole(frame.role);
        this.#aheadMs = frame.time - this.#insides.clock.wall();
        this.#unlisted.welcomed(link);
        return this.#settings.welcomed(link);
      case 'beat':
        return this.#unlisted.beat(link);
      case 'site':
        return this.#hearRole(frame.role);
      case 'found':
        return this.#searches.found(frame);
      case 'registers':
        return this.#settings.hear(link, frame);
      case 'chat':
        return this.#looks.chat(link, frame);
      case 'error':
        this.#looks.refused(link, frame);
        return this.#searches.refused(link, frame);
    }
  }

  #hearRole(role: string | undefined): void {
    if (role !== undefined) this.#told = ROLES.includes(role) ? (role as OperatorRole) : null;
  }

  wants(chat: string): boolean {
    return this.#looks.has(chat);
  }

  pump(): void {
    this.#searches.pump();
    this.#looks.pump();
  }

  refresh(): void {
    this.#role.refresh();
    this.#settings.view.refresh();
  }

  close(): void {
    this.#searches.close();
    this.#looks.close();
    this.#role.clear();
    this.#settings.view.clear();
  }
}
