import type { ChatView, Client, ContactFields, MessageView } from '@holdfast/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { known, vouch } from '../../src/aside/vouching.ts';

let tokens = 0;
/** As a site's server makes it, each another one; nobody here looks at the signature. */
function tokenOf(claims: object): string {
  tokens += 1;
  const payload = btoa(JSON.stringify({ ...claims, jti: tokens }));
  return `e30.${payload.replace(/[+]/g, '-').replace(/[/]/g, '_').replace(/=/g, '')}.c2ln`;
}

const vera = { sub: 'cust-17', name: 'Vera', email: 'vera@example.com' };

/** A client with one chat, which holds what is said in it. */
class FakeClient {
  readonly said: ContactFields[] = [];
  state: ChatView['state'] = 'queued';
  messages: MessageView[] = [];
  fails: string | null = null;
  readonly chats = {
    get: () =>
      new Map([['chat', { state: this.state, messages: this.messages } as unknown as ChatView]]),
  };

  contact(_chat: string, fields: ContactFields): void {
    if (this.fails !== null) throw new Error(this.fails);
    this.said.push(fields);
    this.messages.push({ mine: true, kind: 'contact', fields, state: 'waiting' } as never);
  }

  refuse(why: string): void {
    const last = this.messages.pop() as MessageView;
    this.messages.push({ ...last, state: 'refused', why });
  }
}

let errors: string[];
let client: FakeClient;
const say = (token: string | undefined) =>
  vouch(client as unknown as Client, 'chat', { ...(token !== undefined && { token }) });
beforeEach(() => {
  errors = [];
  client = new FakeClient();
  vi.stubGlobal('console', { error: (words: unknown) => errors.push(String(words)) });
});
afterEach(() => vi.unstubAllGlobals());

describe('vouching', () => {
  it('says once in a chat who the visitor is', () => {
    const token = tokenOf(vera);
    say(token);
    say(token);
    expect(client.said).toEqual([{ name: 'Vera', email: 'vera@example.com', identity: token }]);
    expect(errors).toEqual([]);
  });

  it('says no name and no address that the token does not say', () => {
    const token = tokenOf({ sub: 'cust-17', name: '' });
    say(token);
    expect(client.said).toEqual([{ identity: token }]);
  });

  it('is not repeated for a fresh token that says the same', () => {
    say(tokenOf(vera));
    say(tokenOf(vera));
    expect(client.said).toHaveLength(1);
  });

  it.each([{ sub: 'cust-18' }, { name: 'Vera L.' }, { email: 'v@example.com' }])(
    'is repeated when %j is new',
    (news) => {
      const before = tokenOf(vera);
      say(before);
      say(tokenOf({ ...vera, ...news }));
      say(before);
      expect(client.said).toHaveLength(3);
    },
  );

  it('that was refused is told of once, and tried again with another token only', () => {
    const expired = tokenOf(vera);
    say(expired);
    client.refuse('identity: expired');
    say(expired);
    say(expired);
    expect(client.said).toHaveLength(1);
    expect(errors).toEqual(['Holdfast: identify: expired']);
    say(tokenOf(vera));
    expect(client.said).toHaveLength(2);
    expect(errors).toHaveLength(1);
  });

  it('waits for a chat, and leaves closed ones alone', () => {
    client.state = 'closed';
    say(tokenOf(vera));
    vouch(client as unknown as Client, 'another', { token: tokenOf(vera) });
    say(undefined);
    expect(client.said).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('by a token that is none, or too long to send, is said to be a mistake', () => {
    say('correct-horse');
    expect(errors.splice(0)).toEqual([
      'Holdfast: identify: the token is no JSON Web Token with a sub',
    ]);
    client.fails = 'the text is too long to travel in one frame';
    say(tokenOf(vera));
    expect(errors).toEqual([`Holdfast: identify: ${client.fails}`]);
  });
});

describe('what is known of the visitor', () => {
  it('is what the token says, and what the page says itself counts more', () => {
    const token = tokenOf(vera);
    expect(known({ token })).toEqual({ name: 'Vera', email: 'vera@example.com', token });
    expect(known({ token, name: 'V.' }).name).toBe('V.');
    expect(known({ name: 'V.' })).toEqual({ name: 'V.' });
    expect(known({ token: 'none' })).toEqual({ token: 'none' });
  });
});
