// Writes that a button made, rather than a form: where they are now.
import type { Digest, MessageState } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import { useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { savedWords } from './saved.ts';

const order: readonly MessageState[] = ['refused', 'waiting', 'accepted', 'safe'];

export interface Written {
  /** What became of the last ones, in words; '' when nothing was written. */
  readonly words: string;
  readonly state: MessageState | null;
  readonly write: (what: string, digests: readonly Digest[]) => void;
  /** Nothing could be written. */
  readonly fail: (why: string) => void;
  readonly forget: () => void;
}

export function useWritten(desk: Desk): Written {
  useWatched(desk.client.settings); // drawn again when a write gets further
  const [last, setLast] = useState<{ what: string; digests: readonly Digest[] } | null>(null);
  const [why, fail] = useState('');
  const states = last?.digests.flatMap((digest) => desk.client.writeState(digest) ?? []) ?? [];
  const state = order.find((one) => states.includes(one)) ?? null;
  return {
    state,
    words: why !== '' ? why : state === null ? '' : `${last?.what} ${savedWords(state)}.`.trim(),
    write: (what, digests) => {
      fail('');
      setLast({ what, digests });
    },
    fail,
    forget: () => {
      fail('');
      setLast(null);
    },
  };
}
