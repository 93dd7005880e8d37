import { useEffect, useRef } from 'preact/hooks';
import type { Search } from './use_search.ts';

interface Props {
  readonly search: Search;
  /** Opens the first of what was found. */
  readonly openFirst: () => void;
}

/** Stands over the list of chats; to look into it is to search. */
export function SearchField({ search, openFirst }: Props) {
  const { text, type, end } = search;
  const field = useRef<HTMLInputElement>(null);
  const searching = text !== null;
  useEffect(() => {
    if (!searching) field.current?.blur();
  }, [searching]);
  return (
    <search class="search-field">
      <input
        ref={field}
        type="search"
        aria-label="Search all chats"
        aria-controls="list-of-chats"
        placeholder="Search all chats"
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        maxLength={200}
        value={text ?? ''}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault();
            end();
          } else if (event.key === 'Enter') openFirst();
          else if (event.key === 'ArrowDown') {
            event.preventDefault();
            if (searching) document.querySelector<HTMLElement>('.found .open')?.focus();
          }
        }}
      />
      {searching ? (
        <button type="button" class="plain" onClick={end}>
          Close
        </button>
      ) : (
        <button type="button" class="plain" onClick={() => type('')}>
          History
        </button>
      )}
    </search>
  );
}
