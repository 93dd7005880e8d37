import { TextRefused } from '@holdfast/core';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { SendIcon } from './icons.tsx';
import { keep, readKept } from './kept.ts';
import { charsLeft, limitWords, withoutControls } from './text_limit.ts';

interface Props {
  /** Where the draft is kept. */
  readonly draft: string;
  /** Takes the keyboard as soon as it is there. */
  readonly focus: boolean;
  readonly send: (text: string) => void;
  readonly typing: (on: boolean) => void;
}

/** Where a message is written. The text leaves it only once the outbox has taken it. */
export function Composer({ draft, focus, send, typing }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => readKept(draft));
  const [refusal, setRefusal] = useState('');
  const left = charsLeft(text);
  const ready = text.trim() !== '' && left >= 0;

  useLayoutEffect(() => {
    if (focus) field.current?.focus();
  }, []);
  // As high as the text; the style sheet says where that ends.
  useLayoutEffect(() => {
    const { style } = field.current as HTMLTextAreaElement;
    style.height = 'auto';
    style.height = `${(field.current as HTMLTextAreaElement).scrollHeight + 2}px`;
  }, [text]);

  const change = (next: string) => {
    keep(draft, next);
    setText(next);
    setRefusal('');
    typing(next !== '');
  };
  const submit = () => {
    field.current?.focus();
    if (!ready) return;
    try {
      send(withoutControls(text));
      change('');
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      setRefusal(`Not sent: ${error.message}.`);
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
        ref={field}
        aria-label="Your message"
        aria-describedby="limit"
        aria-invalid={left < 0}
        placeholder="Your message"
        rows={1}
        dir="auto"
        enterkeyhint="send"
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" class="send" aria-label="Send" aria-disabled={!ready}>
        <SendIcon />
      </button>
      <p id="limit" class={left < 0 ? 'refusal' : 'limit'}>
        {limitWords(left)}
      </p>
      <p class="refusal" role="status">
        {refusal}
      </p>
    </form>
  );
}
