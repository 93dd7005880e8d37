import { type ChatView, TextRefused } from '@holdfast/core';
import { useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import type { DraftFor } from './drafts.ts';

const LIMIT = 4_000; // docs/protocol.md §2: code points
const LIMIT_SHOWN_FROM = 3_500;

/** Where an answer or an internal note is written. The text leaves it only once the outbox has taken it. */
export function Composer({ desk, chat }: { desk: Desk; chat: ChatView }) {
  const { client, drafts } = desk;
  const [draft, setDraft] = useState(() => drafts.read(chat.id));
  const [refusal, setRefusal] = useState('');
  const { meant, text } = draft;
  const label = meant === 'note' ? 'Internal note' : 'Your answer';

  const change = (next: typeof draft) => {
    drafts.write(chat.id, next);
    setDraft(next);
    setRefusal('');
    client.typing(chat.id, next.meant === 'answer' && next.text !== '');
  };
  const submit = () => {
    if (text.trim() === '') return;
    try {
      if (meant === 'note') client.note(chat.id, text);
      else client.send(chat.id, text);
      change({ meant, text: '' });
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      setRefusal(`This cannot be sent: ${error.message}.`);
    }
  };

  return (
    <form
      class={`composer ${meant}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset class="meant">
        <legend class="spoken-only">Who reads it</legend>
        <Meant
          is="answer"
          now={meant}
          words="Answer"
          change={(is) => change({ meant: is, text })}
        />
        <Meant
          is="note"
          now={meant}
          words="Internal note"
          change={(is) => change({ meant: is, text })}
        />
      </fieldset>
      <textarea
        aria-label={label}
        placeholder={
          meant === 'note' ? 'Only operators will read this' : 'Enter sends, Shift+Enter: new line'
        }
        dir="auto"
        rows={2}
        value={text}
        onInput={(event) => change({ meant, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          const { key, shiftKey, ctrlKey, altKey, metaKey, isComposing } = event;
          if (key !== 'Enter' || shiftKey || ctrlKey || altKey || metaKey || isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" class="primary" disabled={text.trim() === ''}>
        {meant === 'note' ? 'Add note' : 'Send'}
      </button>
      <p class="refusal" aria-live="polite">
        {refusal}
        {refusal === '' && text.length > LIMIT_SHOWN_FROM && lengthWords(text)}
      </p>
    </form>
  );
}

interface MeantProps {
  readonly is: DraftFor;
  readonly now: DraftFor;
  readonly words: string;
  readonly change: (is: DraftFor) => void;
}

function Meant({ is, now, words, change }: MeantProps) {
  return (
    <label>
      <input type="radio" name="meant" checked={is === now} onChange={() => change(is)} />
      <span>{words}</span>
    </label>
  );
}

function lengthWords(text: string): string {
  return `${[...text].length} of ${LIMIT} characters`;
}
