// Looking for what was said: the answers come while it is typed. What is on the screen stays until a newer answer takes its place.
import type { Asked, DeskClient, FoundPage, FoundView } from '@holdfast/core';
import { useEffect, useRef, useState } from 'preact/hooks';

const TYPING_MS = 180;
const PATIENCE_MS = 600; // quicker answers need no words about the wait
const key = 'holdfast:search';

export interface Search {
  /** null: nobody searches. '' shows the latest chats of all. */
  readonly text: string | null;
  readonly type: (text: string) => void;
  readonly end: () => void;
  /** Of the newest answer; null before the first. */
  readonly found: readonly FoundView[] | null;
  readonly state: 'asking' | 'slow' | 'answered' | 'refused';
  readonly why: string;
  /** Asks for the next ones; null when there are none, or they are asked for already. */
  readonly more: (() => void) | null;
}

export function useSearch(client: DeskClient): Search {
  const [text, setText] = useState<string | null>(kept);
  const [found, setFound] = useState<readonly FoundView[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [state, setState] = useState<Search['state']>('asking');
  const [why, setWhy] = useState('');
  const asked = useRef<Asked<FoundPage> | null>(null);
  const slow = useRef(0);

  const ask = (words: string, before?: string) => {
    asked.current?.cancel();
    clearTimeout(slow.current);
    slow.current = window.setTimeout(() => setState('slow'), PATIENCE_MS);
    const search = client.find(words, before);
    asked.current = search;
    search.answer.then(
      (page) => {
        clearTimeout(slow.current);
        setState('answered');
        setNext(page.next);
        setFound((all) => (before === undefined ? page.chats : joined(all ?? [], page.chats)));
      },
      (refusal: Error) => {
        clearTimeout(slow.current);
        setState('refused');
        setWhy(refusal.message);
      },
    );
  };
  useEffect(() => {
    keep(text);
    if (text === null) return;
    setState('asking');
    setNext(null);
    const typing = setTimeout(() => ask(text.trim()), TYPING_MS);
    return () => {
      clearTimeout(typing);
      clearTimeout(slow.current);
      asked.current?.cancel();
    };
  }, [client, text]);

  return {
    text,
    type: setText,
    end: () => {
      setText(null);
      setFound(null);
    },
    found,
    state,
    why,
    more:
      next === null || text === null
        ? null
        : () => {
            setNext(null);
            ask(text.trim(), next);
          },
  };
}

/** A chat in which something was said between two pages stands in both. */
function joined(all: readonly FoundView[], more: readonly FoundView[]): readonly FoundView[] {
  const known = new Set(all.map(({ chat }) => chat));
  return [...all, ...more.filter(({ chat }) => !known.has(chat))];
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Blocked: a reload starts with the list.
  }
}
