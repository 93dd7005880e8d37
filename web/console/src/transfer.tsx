import type { ChatView, OperatorPresence } from '@holdfast/core';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { colleagues, stepped } from './colleagues.ts';
import { visitorName } from './conversation.ts';

interface Props {
  readonly chat: ChatView;
  /** Everybody but who has the chat. */
  readonly operators: readonly OperatorPresence[];
  readonly transfer: (to: string, note: string) => void;
  readonly close: () => void;
}

/** Who gets the chat, and what they should know of it: one field to type a name into, the arrows to choose, Enter to give. */
export function Transfer({ chat, operators, transfer, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, type] = useState('');
  const [chosen, choose] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const list = useId();
  useEffect(() => dialog.current?.showModal(), []);

  const found = colleagues(operators, typed);
  const heir = found.find(({ id }) => id === chosen) ?? found[0];
  const give = () => {
    if (heir === undefined) return;
    dialog.current?.close();
    transfer(heir.id, note.trim());
  };
  return (
    <dialog ref={dialog} class="transfer" aria-labelledby={`${list}-title`} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          give();
        }}
      >
        <h2 id={`${list}-title`}>
          Transfer <bdi>{visitorName(chat)}</bdi>
        </h2>
        <input
          type="text"
          role="combobox"
          aria-label="To whom"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={heir ? `${list}-${heir.id}` : undefined}
          aria-autocomplete="list"
          placeholder="Search by name"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (by === 0) return;
            event.preventDefault();
            choose(stepped(found, heir?.id ?? null, by));
          }}
        />
        <div class="people" role="listbox" id={list} aria-label="Operators">
          {found.map(({ id, name, online }) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={id}
              id={`${list}-${id}`}
              role="option"
              tabIndex={-1}
              aria-selected={id === heir?.id}
              class={online ? 'person here' : 'person'}
              onClick={() => choose(id)}
              onDblClick={give}
            >
              <bdi>{name || id.slice(2)}</bdi>
              <span class="quiet">{online ? 'online' : 'not here'}</span>
            </div>
          ))}
        </div>
        {found.length === 0 && (
          <p class="quiet" role="status">
            {typed === '' ? 'There is nobody else yet.' : 'Nobody of this name.'}
          </p>
        )}
        <label>
          Note for them, if they need one
          <textarea
            rows={2}
            dir="auto"
            value={note}
            maxLength={4_000}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        {heir !== undefined && !heir.online && (
          <p class="quiet">
            <bdi>{heir.name}</bdi> is not here; the visitor waits until they are back.
          </p>
        )}
        <div class="choices">
          <button type="submit" class="primary" disabled={heir === undefined}>
            {heir === undefined ? 'Transfer' : <>Transfer to {heir.name || heir.id.slice(2)}</>}
          </button>
          <button type="button" class="plain" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
