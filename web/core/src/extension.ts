// What a client may have beyond what every page needs. A console has one (desk/); a visitor's page pays nothing for it.

import type { ChatId, Clock } from './api.ts';
import type { Asks } from './asks.ts';
import type { Chats } from './chats.ts';
import type { Composer } from './composer.ts';
import type { Content } from './content.ts';
import type { Shapes } from './frames.ts';
import type { NodeFrame } from './gen/protocol.ts';
import type { Greeter } from './hello.ts';
import type { Ledger } from './ledger.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Turn } from './turn.ts';
import type { Ulids } from './ulid.ts';

/** The rooms of a client that an extension works with. */
export interface Insides {
  readonly author: string;
  readonly clock: Clock;
  readonly turn: Turn;
  readonly ulids: Ulids;
  readonly links: Links;
  readonly chats: Chats;
  readonly composer: Composer;
  readonly ledger: Ledger;
  readonly asks: Asks;
  readonly greeter: Greeter;
  exchange(link: Link, chat: ChatId): void;
  /** Puts an event of this client's into the outbox. */
  say(content: Content): Content;
}

export interface Extension {
  /** Hears every frame before the client does. */
  hear(link: Link, frame: NodeFrame): void;
  /** This chat is to be held although it is closed or somebody else's. */
  wants(chat: ChatId): boolean;
  /** At the end of a turn: sends what is due. */
  pump(): void;
  /** Tells its own subscribers. */
  refresh(): void;
  close(): void;
}

export interface Extending {
  readonly shapes: Shapes;
  extend(insides: Insides): Extension;
}
