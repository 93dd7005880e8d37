// What a client says first on a link: who it is and what it holds, within the bounds of one frame. Remembers what was listed, because a
// node answers about those: what it leaves out it does not know.
import type { ChatId, ClientOptions, Credentials, Digest } from './api.ts';
import type { Chats } from './chats.ts';
import {
  type Auth,
  type ClientFrameOf,
  Limit,
  type NodeFrameOf,
  PROTOCOL_VERSION,
} from './gen/protocol.ts';
import { authFor } from './identity.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Outbox } from './outbox.ts';

type Hello = ClientFrameOf<'hello'>;

const DIGEST_BYTES = 46;
const CHAT_BYTES = 112;
const CREDENTIAL_BYTES = 4_096;

export interface Listed {
  readonly outbox: readonly Digest[];
  readonly chats: readonly ChatId[];
}

export interface HelloParts {
  readonly options: ClientOptions;
  readonly chats: Chats;
  readonly outbox: Outbox;
  links(): Links;
  credentials(): Credentials;
}

export class Greeter {
  readonly #parts: HelloParts;
  readonly #listed = new Map<Link, Listed>();

  constructor(parts: HelloParts) {
    this.#parts = parts;
  }

  /** What the last hello on this link named. */
  listed(link: Link): Listed {
    return this.#listed.get(link) ?? { outbox: [], chats: [] };
  }

  hello(challenge: NodeFrameOf<'challenge'>, url: string, link: Link): Hello | Promise<Hello> {
    const auth = authFor(this.#parts.credentials(), challenge, url);
    return auth instanceof Promise
      ? auth.then((ready) => this.#build(ready, link))
      : this.#build(auth, link);
  }

  #build(auth: Auth, link: Link): Hello {
    const { options, outbox, chats } = this.#parts;
    let room = Limit.frameBytesClientMax - CREDENTIAL_BYTES;
    const unsafe = outbox.items().slice(0, Math.min(Limit.outboxMax, room / DIGEST_BYTES));
    const outboxDigests = unsafe.map((item) => item.held.content.digest);
    room -= outboxDigests.length * DIGEST_BYTES;
    // Last those that are somebody else's now: what was erased of them is told to whoever names them.
    const gone = chats.held().filter((set) => chats.isGone(set.chat));
    const held = [...chats.all(), ...gone].filter((set) => set.size > 0);
    const known = held.slice(0, Math.min(Limit.chatsMax, room / CHAT_BYTES));
    this.#listed.set(link, { outbox: outboxDigests, chats: known.map((set) => set.chat) });
    return {
      t: 'hello',
      versions: [PROTOCOL_VERSION, PROTOCOL_VERSION],
      as: options.role,
      site: options.site,
      auth,
      outbox: outboxDigests,
      chats: known.map((set) => ({ chat: set.chat, digest: set.digest() })),
      warm: link !== this.#parts.links().active(),
      ...(options.page !== undefined && { page: options.page.slice(0, 600) }),
    };
  }
}
