import { useEffect, useRef, useState } from 'preact/hooks';
import type { Line } from './wire.ts';

/** Tells a screen reader each line once, when it is finished: while it is watched its figures change ten times a second. */
export function Announcer({ lines }: { readonly lines: readonly Line[] }) {
  const told = useRef(new Set<number>());
  const [words, setWords] = useState('');
  useEffect(() => {
    const fresh = lines.filter(({ id, open }) => !open && !told.current.has(id));
    for (const { id } of fresh) told.current.add(id);
    if (fresh.length > 0) setWords(fresh.map(wordsOf).join(' '));
  }, [lines]);
  return (
    <p class="unseen" role="status">
      {words}
    </p>
  );
}

function wordsOf({ text, noticed }: Line): string {
  return noticed === '' ? `${text}.` : `${text}: ${noticed}.`;
}
