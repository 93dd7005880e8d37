import type { ComponentChildren, TargetedInputEvent } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly problem: string;
  readonly value: string;
  readonly type?: 'text' | 'password';
  readonly autocomplete?: string;
  readonly change: (value: string) => void;
}

/** An input of a form that makes something new: nothing counts yet, nothing is kept. */
export function PlainInput(props: Props) {
  const { label, hint, problem, value, type = 'text', autocomplete = 'off', change } = props;
  const id = useId();
  const given = {
    id,
    value,
    autocomplete,
    autocapitalize: 'none',
    spellcheck: false,
    'aria-describedby': `${id}-hint ${id}-problem`,
    'aria-invalid': problem !== '',
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => change(event.currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="hint" id={`${id}-hint`}>
        {hint}
      </div>
      {type === 'password' ? (
        <input {...given} type="password" />
      ) : (
        <input {...given} type="text" />
      )}
      <p class="refusal" id={`${id}-problem`} aria-live="polite">
        {problem}
      </p>
    </div>
  );
}
