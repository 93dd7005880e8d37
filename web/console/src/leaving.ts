// Signing out: the session ends at the data centres, and this browser forgets everything. On a shared computer the next person must find
// nothing of what was written, looked for or set here.
import type { OperatorSession } from '@holdfast/core';
import { clearStore, signOut } from '@holdfast/core/browser';
import { sessionOf } from '@holdfast/core/desk';
import type { Desk } from './desk.ts';
import { forgetEverything } from './kept.ts';
import { takeBackNotifications } from './notifications.ts';

const PATIENCE_MS = 1_500; // the browser is cleared in any case; the token lapses by itself

/** Resolves when a data centre has ended the session, or is too long about it. */
export function endSession({ client }: Desk, { token }: OperatorSession): Promise<void> {
  const session = sessionOf(token);
  const { carrier, trouble } = client.connection.get();
  if (session === null || carrier === null || trouble !== null) return Promise.resolve();
  client.viewSettings(false);
  const write = client.writeSetting(`session:${session}`, 'ended', true, true);
  return new Promise((resolve) => {
    const timer = setTimeout(done, PATIENCE_MS);
    const unsubscribe = [client.settings.subscribe(look), client.connection.subscribe(look)];
    function look() {
      // Whoever ended it may close the link before the answer is here.
      if (client.writeState(write) === 'waiting' && client.connection.get().trouble === null)
        return;
      done();
    }
    function done() {
      clearTimeout(timer);
      for (const end of unsubscribe) end();
      resolve();
    }
  });
}

/** Close the client first. What the service worker keeps is the page itself and public facts. */
export async function clearBrowser(site: string, author: string): Promise<void> {
  forgetEverything();
  takeBackNotifications();
  history.replaceState(null, '', location.pathname);
  await Promise.all([signOut(site), clearStore({ site, author })]);
}
