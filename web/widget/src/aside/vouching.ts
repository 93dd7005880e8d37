// A visitor whom the site's own server vouches for: the token that the page was given goes into the chat, and a node says whether it holds.
// One that does not costs the mark beside the visitor's name and nothing else; whoever wrote the page is told why on the console.

import type { ChatId, Client } from '@holdfast/core';
import { claimsOf } from '@holdfast/core/claims';
import type { Person } from '../page_api.ts';

let told = '';

/** With what the token says of name and e-mail, so that nobody has to type it. */
export function known(person: Person): Person {
  const claims = claimsOf(person.token);
  return {
    ...(claims?.name && { name: claims.name }),
    ...(claims?.email && { email: claims.email }),
    ...person,
  };
}

/** Says in the chat who the visitor is, unless it was said there last; idempotent. */
export function vouch(client: Client, id: ChatId, { token }: Person): void {
  if (!token) return;
  const chat = client.chats.get().get(id);
  const claims = claimsOf(token);
  if (!claims) return complain(token, 'the token is no JSON Web Token with a sub');
  if (!chat || chat.state === 'closed') return;
  const said = chat.messages.filter(({ mine, fields }) => mine && fields.identity);
  const refused = said.find(
    ({ state, fields }) => state === 'refused' && fields.identity === token,
  );
  if (refused) return complain(token, `${refused.why}`.replace(/^identity: /, ''));
  const last = said.filter(({ state }) => state !== 'refused').at(-1);
  if (JSON.stringify(claimsOf(last?.fields.identity)) === JSON.stringify(claims)) return;
  const { name, email } = claims;
  try {
    client.contact(id, { ...(name && { name }), ...(email && { email }), identity: token });
  } catch (error) {
    complain(token, (error as Error).message);
  }
}

/** Once for each token, however often it is looked at. */
function complain(token: string, why: string): void {
  if (told !== token) console.error(`Holdfast: identify: ${why}`);
  told = token;
}
