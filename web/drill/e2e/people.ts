// People without a screen of their own, so that a page has somebody to talk to.

import assert from 'node:assert/strict';
import { type Client, createClient, signIn } from '@holdfast/core';
import { newSecret, nodeSeams } from '@holdfast/core/node';
import type { Installation } from '../src/installation/installation.ts';
import { PATIENCE_MS } from './patience.ts';

function townOf({ site, urls, moderatorUrls, moderatorKeys }: Installation) {
  return { site, deployments: urls, moderators: moderatorUrls, moderatorKeys };
}

export function visitorOf(installation: Installation): Client {
  return createClient({
    role: 'visitor',
    ...townOf(installation),
    credentials: { type: 'secret', secret: newSecret() },
    seams: nodeSeams({ origin: installation.origin }),
  });
}

/** The second operator of the installation. */
export async function colleagueOf(installation: Installation): Promise<Client> {
  const seams = nodeSeams({ origin: installation.consoleOrigin });
  const who = installation.signIns[1];
  assert(who, 'the installation has one operator only');
  const { token, author } = await signIn(seams.http, installation.urls.primary, who);
  const client = createClient({
    role: 'operator',
    ...townOf(installation),
    credentials: { type: 'token', token, author },
    seams,
  });
  await client.start();
  return client;
}

/** Resolves as soon as the client shows chats as `wanted`; rejects when it loses patience. */
export function shows(
  client: Client,
  wanted: (chats: ReturnType<Client['chats']['get']>) => boolean,
): Promise<void> {
  if (wanted(client.chats.get())) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const unsubscribe = client.chats.subscribe((chats) => {
      if (!wanted(chats)) return;
      stop();
      resolve();
    });
    const patience = setTimeout(() => {
      stop();
      reject(new Error(`${client.author} never showed what was waited for: ${wanted}`));
    }, PATIENCE_MS);
    const stop = () => {
      clearTimeout(patience);
      unsubscribe();
    };
  });
}
