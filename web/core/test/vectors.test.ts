// The golden vectors of tests/vectors, read by this language.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../src/bytes.ts';
import { bodyHash, chatIdOf, checkText, parseContent } from '../src/content.ts';
import { verifyEd25519 } from '../src/crypto/ed25519.ts';
import { readNodeFrame } from '../src/frames.ts';
import type { NodeFrame, SignedVerdict } from '../src/gen/protocol.ts';
import { authFor, visitorAuthor } from '../src/identity.ts';
import { Verdicts } from '../src/verdicts.ts';
import { differences, type FoldCase } from './differential.ts';

function vectors<T>(name: string): T {
  return JSON.parse(
    readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), 'utf8'),
  ) as T;
}

interface GoodContent {
  readonly name: string;
  readonly head: string;
  readonly body: string | null;
  readonly body_hash: string;
  readonly digest: string;
  readonly [field: string]: unknown;
}

describe('content.json', () => {
  const { good } = vectors<{ good: GoodContent[] }>('content');
  test.each(good)('$name', ({ head, body, body_hash, digest, ...fields }) => {
    const content = parseContent(head, body);
    if ('bad' in content) throw new Error(content.bad);
    expect(content.digest).toBe(digest);
    if (body !== null) expect(bodyHash(body)).toBe(body_hash);
    for (const name of ['site', 'chat', 'author', 'id', 'kind', 'audience', 'after'] as const)
      expect(content.head[name], name).toEqual(fields[name]);
  });
});

describe('bodies.json', () => {
  const { bodies } = vectors<{
    bodies: { name: string; kind: string; body: string; ok: boolean }[];
  }>('bodies');
  const texts = bodies.flatMap(({ name, body, ok }) => {
    const text = readText(body);
    // Only what speaks about the text itself: an author makes the rest of a body right by construction.
    return text === null || /twice|nonce|deep|bytes|offline/.test(name) ? [] : [{ name, text, ok }];
  });
  test.each(texts)('$name', ({ text, ok }) => {
    if (ok) expect(() => checkText(text)).not.toThrow();
    else expect(() => checkText(text)).toThrow();
  });
});

function readText(body: string): string | null {
  try {
    const { text } = JSON.parse(body) as { text?: unknown };
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

describe('names.json', () => {
  const names = vectors<{
    chats: { site: string; author: string; id: string; chat: string }[];
    visitors: { site: string; proof: string; visitor: string }[];
  }>('names');
  test.each(names.chats)('the chat of $id on $site', ({ site, author, id, chat }) => {
    expect(chatIdOf(site, author, id)).toBe(chat);
  });
  test.each(names.visitors)('the visitor $visitor of $site', ({ site, proof, visitor }) => {
    expect(visitorAuthor(site, { type: 'secret', secret: proof })).toBe(visitor);
    expect(visitorAuthor(site, { type: 'key', pub: proof, sign: () => Promise.reject() })).toBe(
      visitor,
    );
  });
});

describe('sets.json', () => {
  const sets = vectors<{ named: FoldCase[]; random: FoldCase[] }>('sets');
  test.each(sets.named)('$name', (one) => {
    expect(differences(one)).toEqual([]);
  });
  test('random ones', () => {
    for (const one of sets.random) expect(differences(one)).toEqual([]);
  });
});

interface Documents {
  readonly moderator_keys: { id: string; public: string; state: string }[];
  readonly verdicts: {
    name: string;
    verdict: SignedVerdict;
    known: number;
    ok: boolean;
    epoch?: number;
  }[];
  readonly proofs: { proof: string; nonce: string; host: string; message: string }[];
}

describe('documents.json', () => {
  const { moderator_keys, verdicts, proofs } = vectors<Documents>('documents');
  const keys = Object.fromEntries(
    moderator_keys
      .filter(({ state }) => state !== 'compromised')
      .map((key) => [key.id, key.public]),
  );
  // Where a node already knows more there is nothing to verify for a client.
  test.each(verdicts.filter(({ known }) => known === 1))(
    'a verdict: $name',
    ({ verdict, ok, epoch }) => {
      const heard = new Verdicts(keys, verifyEd25519);
      expect(heard.hear(verdict)).toBe(ok);
      expect(heard.epoch).toBe(ok ? epoch : 1);
    },
  );
  test.each(proofs.filter(({ proof }) => proof === 'key'))(
    'what a browser key signs for $host',
    async ({ nonce, host, message }) => {
      let signed: Uint8Array | null = null;
      const sign = (bytes: Uint8Array) => {
        signed = bytes;
        return Promise.resolve(new Uint8Array(64));
      };
      const challenge = {
        t: 'challenge',
        nonce,
        deployment: 'primary',
        versions: [1, 1],
        time: 0,
      } as const;
      await authFor({ type: 'key', pub: 'x', sign }, challenge, `https://${host}:8443/`);
      expect(signed).toEqual(utf8(message));
    },
  );
});

describe('frames.json', () => {
  const { node } = vectors<{ node: NodeFrame[] }>('frames');
  test.each(node.map((frame) => [frame.t, frame] as const))(
    'a frame of a node: %s',
    (_type, frame) => {
      expect(readNodeFrame(JSON.stringify(frame))).toEqual(frame);
    },
  );
});
