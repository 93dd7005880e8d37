// How the client of a person of a drill is made; and what can be taken away from it, to see what it was good for.

import {
  type Client,
  type ClientOptions,
  createClient,
  type DeploymentName,
  type Plants,
  type Transport,
} from '@holdfast/core';
import { newSecret, nodeSeams } from '@holdfast/core/node';
import { type Reach, refused } from './reach.ts';

/** What people need to know of the installation that they talk over. */
export interface Venue {
  readonly site: string;
  /** Of the customer's pages, and of the console. */
  readonly origin: string;
  readonly consoleOrigin: string;
  readonly urls: Readonly<Record<DeploymentName, readonly string[]>>;
  readonly moderatorUrls: readonly string[];
  readonly moderatorKeys: Readonly<Record<string, string>>;
}

export const mechanisms = ['hedge', 'give-back', 'second-link'] as const;
/**
 * hedge: a second copy of what is not acknowledged in time. give-back: what a deployment lacks comes back from browsers.
 * second-link: without it a client talks to the active deployment only, and waits for a verdict when that one is gone.
 */
export type Mechanism = (typeof mechanisms)[number];

export interface Habits {
  /** Taken away from every client. */
  readonly without?: readonly Mechanism[];
  /** Bugs planted in every client, to see the judge notice. */
  readonly plants?: Plants;
}

export function visitorClient(venue: Venue, habits: Habits): Client {
  return client(venue, habits, venue.origin, {
    role: 'visitor',
    credentials: { type: 'secret', secret: newSecret() },
    page: `${venue.origin}/`,
  });
}

export function operatorClient(
  venue: Venue,
  habits: Habits,
  session: { readonly token: string; readonly author: string },
  reach?: Reach,
): Client {
  const { token, author } = session;
  const credentials = { type: 'token', token, author } as const;
  return client(venue, habits, venue.consoleOrigin, { role: 'operator', credentials }, reach);
}

function client(
  venue: Venue,
  { without = [], plants }: Habits,
  origin: string,
  who: Pick<ClientOptions, 'role' | 'credentials' | 'page'>,
  reach?: Reach,
): Client {
  const seams = nodeSeams({ origin });
  let transport = reach?.of(seams.transport) ?? seams.transport;
  if (without.includes('give-back')) transport = withoutGiveBack(transport);
  if (without.includes('second-link'))
    transport = withoutSecondLink(transport, venue, () => made.connection.get().active);
  const made: Client = createClient({
    ...who,
    site: venue.site,
    deployments: venue.urls,
    moderators: venue.moderatorUrls,
    moderatorKeys: venue.moderatorKeys,
    seams: { ...seams, transport },
    hedge: !without.includes('hedge'),
    ...(plants && { plants }),
  });
  return made;
}

// A deployment learns from nobody what a browser holds, and is given nothing.
function withoutGiveBack(transport: Transport): Transport {
  return {
    open(url, hooks) {
      const channel = transport.open(url, hooks);
      const kept = (frame: string) => /^\{"t":"(have|give)"/.test(frame);
      return {
        send: (frame) => kept(frame) || channel.send(frame),
        close: (code, why) => channel.close(code, why),
      };
    },
  };
}

function withoutSecondLink(
  transport: Transport,
  { urls }: Venue,
  active: () => DeploymentName,
): Transport {
  return {
    open(url, hooks) {
      if (urls[active()].includes(url)) return transport.open(url, hooks);
      return refused(hooks, 'this drill allows no second link');
    },
  };
}
