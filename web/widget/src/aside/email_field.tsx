import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { emailWords } from './email.ts';
import { useStyle } from './style.ts';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly submit: string;
  readonly known: string;
  /** Takes the keyboard as soon as it is there. */
  readonly focus?: boolean;
  readonly save: (email: string) => void;
  readonly cancel?: () => void;
}

/** One address to type, and to save. */
export function EmailField({ id, label, submit, known, focus, save, cancel }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [email, setEmail] = useState(known);
  const [bad, setBad] = useState('');
  useStyle(field);
  useLayoutEffect(() => {
    if (focus) field.current?.focus();
  }, []);
  return (
    <form
      class="email"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const words = emailWords(email.trim());
        setBad(words);
        if (words) field.current?.focus();
        else save(email.trim());
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={field}
        type="email"
        autocomplete="email"
        maxLength={254}
        aria-describedby={`${id}-hint`}
        aria-invalid={bad !== ''}
        value={email}
        onInput={({ currentTarget }) => setEmail(currentTarget.value)}
      />
      <button type="submit">{submit}</button>
      {cancel && (
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      )}
      <p id={`${id}-hint`} role="status">
        {bad}
      </p>
    </form>
  );
}
