import type { ChatId, ConnectionView, FoundView, OperatorPresence } from '@holdfast/core';
import { useEffect, useRef } from 'preact/hooks';
import { nameFor, operatorName } from '../conversation.ts';
import { shortTime } from '../times.ts';
import { pieces } from './excerpt.ts';
import type { Search } from './use_search.ts';

interface Props {
  readonly search: Search;
  readonly connection: ConnectionView;
  readonly operators: readonly OperatorPresence[];
  readonly me: string;
  readonly chosen: ChatId | null;
  readonly choose: (id: ChatId) => void;
}

/** What was found, newest first; more of it as soon as its end is in sight. */
export function FoundList({ search, connection, operators, me, chosen, choose }: Props) {
  const { found, text, more } = search;
  return (
    <section class="found" aria-labelledby="section-found">
      <h2 id="section-found">{text?.trim() === '' ? 'All chats' : 'Found'}</h2>
      {found !== null && found.length > 0 && (
        <ul onKeyDown={step}>
          {found.map((one) => (
            <Found
              key={one.chat}
              one={one}
              wanted={text ?? ''}
              who={authorWords(one, operators, me)}
              where={stateWords(one, operators, me)}
              current={one.chat === chosen}
              choose={() => choose(one.chat)}
            />
          ))}
        </ul>
      )}
      {more !== null && <More more={more} />}
      <p class="quiet" role="status">
        {searchWords(search, connection)}
      </p>
    </section>
  );
}

function searchWords({ state, why, found, text }: Search, { carrier }: ConnectionView): string {
  if (state === 'refused') return `This cannot be searched: ${why}.`;
  if (state !== 'answered' && carrier === null)
    return 'Not connected at the moment; the search goes on by itself.';
  if (state === 'slow') return 'Searching…';
  if (state !== 'answered' || found === null || found.length > 0) return '';
  const words = text?.trim() ?? '';
  return words === '' ? 'There was no chat yet.' : `Nothing was found for “${words}”.`;
}

interface FoundProps {
  readonly one: FoundView;
  readonly wanted: string;
  readonly who: string;
  readonly where: string;
  readonly current: boolean;
  readonly choose: () => void;
}

function Found({ one, wanted, who, where, current, choose }: FoundProps) {
  return (
    <li class="row">
      <button type="button" class="open" aria-current={current} onClick={choose}>
        <span class="name" dir="auto">
          {nameFor(one.name, one.visitor)}
        </span>
        <span class="aside">{shortTime(one.at)}</span>
        <span class="preview" dir="auto">
          {who !== '' && `${who}: `}
          {pieces(one.excerpt, wanted).map(({ text, marked }, i) =>
            marked ? <mark key={i}>{text}</mark> : text,
          )}
        </span>
        <span class="where">{where}</span>
      </button>
    </li>
  );
}

function More({ more }: { more: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef(more);
  latest.current = more;
  useEffect(() => {
    const element = button.current;
    if (element === null) return;
    const seen = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) latest.current();
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, []);
  return (
    <button ref={button} type="button" class="plain" onClick={more}>
      Older ones
    </button>
  );
}

/** The arrows go up and down; from the first one back into the field. */
function step(event: KeyboardEvent): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0 || event.altKey) return;
  event.preventDefault();
  const all = [...document.querySelectorAll<HTMLElement>('.found .open')];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next =
    all[at + by] ?? (by < 0 ? document.querySelector<HTMLElement>('.search-field input') : null);
  next?.focus();
}

function authorWords(
  { author, visitor }: FoundView,
  operators: readonly OperatorPresence[],
  me: string,
): string {
  if (author === visitor || !author.startsWith('o:')) return '';
  return author === me ? 'You' : operatorName(operators, author);
}

function stateWords(
  { state, operator }: FoundView,
  operators: readonly OperatorPresence[],
  me: string,
): string {
  if (state === 'closed') return 'closed';
  if (state === 'queued' || operator === null) return 'waiting';
  return operator === me ? 'yours' : `with ${operatorName(operators, operator)}`;
}
