import { type ChatView, TextRefused } from '@holdfast/core';
import { useEffect, useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import type { DraftFor } from './drafts.ts';

const LIMIT = 4_000; // docs/protocol.md §2: code points
const LIMIT_SHOWN_FROM = 3_500;

interface Props {
  readonly desk: Desk;
  readonly chat: ChatView;
  /** The chat is one's own. Until then, while that is being decided, one can write but not send. */
  readonly isMine: boolean;
}

/** Where an answer or an internal note is written. The text leaves it only once the outbox has taken it. */
export function Composer({ desk, chat, isMine }: Props) {
  const { client, drafts } = desk;
  const [draft, setDraft] = useState(() => drafts.read(chat.id));
  const [refusal, setRefusal] = useState('');
  const [isDue, setDue] = useState(false); // sent as soon as it can be
  const { meant, text } = draft;
  const label = meant === 'note' ? 'Internal note' : 'Your answer';

  const change = (next: typeof draft) => {
    drafts.write(chat.id, next);
    setDraft(next);
    setRefusal('');
    setDue(false);
    if (isMine) client.typing(chat.id, next.meant === 'answer' && next.text !== '');
  };
  const submit = () => {
    if (text.trim() === '') return;
    if (!isMine) return setDue(true);
    try {
      if (meant === 'note') client.note(chat.id, text);
      else client.send(chat.id, text);
      change({ meant, text: '' });
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      setRefusal(`This cannot be sent: ${error.message}.`);
    }
  };
  useEffect(() => {
    if (isMine && isDue) submit();
  }, [isMine]);

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
        {isMine ? sendWords[meant] : isDue ? 'Sending…' : 'Accepting…'}
      </button>
      <p class="refusal" aria-live="polite">
        {refusal}
        {refusal === '' && text.length > LIMIT_SHOWN_FROM && lengthWords(text)}
      </p>
    </form>
  );
}

const sendWords = { answer: 'Send', note: 'Add note' } as const;

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
