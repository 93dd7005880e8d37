import { TextRefused } from '@holdfast/core';
import { useState } from 'preact/hooks';
import { draftOf } from './draft.ts';

interface Props {
  /** Names the draft: one for each chat. */
  readonly name: string;
  readonly label: string;
  readonly send: (text: string) => void;
  readonly typing: (on: boolean) => void;
}

/** Where a message is written. The text leaves it only once the outbox has taken it. */
export function Composer({ name, label, send, typing }: Props) {
  const draft = draftOf(name);
  const [text, setText] = useState(draft.read);
  const [refusal, setRefusal] = useState('');

  const change = (next: string) => {
    draft.write(next);
    setText(next);
    setRefusal('');
    typing(next !== '');
  };
  const submit = () => {
    if (text.trim() === '') return;
    try {
      send(text);
      change('');
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      setRefusal(error.message);
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        aria-label={label}
        placeholder={label}
        rows={2}
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit">Send</button>
      {refusal !== '' && <p class="refusal">{refusal}</p>}
    </form>
  );
}
