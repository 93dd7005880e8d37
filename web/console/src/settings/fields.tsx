// What stands round every input: its label, what it is for, what is wrong with it, and who changed it meanwhile.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Field } from './field.ts';

/** What an input takes over, so that a screen reader tells everything. */
export interface Described {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** Of several inputs under one label. */
export interface DescribedGroup {
  readonly id: string;
  readonly 'aria-labelledby': string;
  readonly 'aria-describedby': string;
}

interface ShellProps<T> {
  readonly field: Field<T>;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly nameOf: (author: string) => string;
  /** Others' value in words, for the choice between theirs and one's own. */
  readonly show: (value: T) => string;
  readonly children: (described: Described, group: DescribedGroup) => ComponentChildren;
  /** Several inputs: the label names all of them. */
  readonly isGroup?: boolean;
}

export function FieldShell<T>(props: ShellProps<T>) {
  const { field, label, hint, nameOf, show, children } = props;
  const id = useId();
  const { problem, register } = field;
  const refused = register?.write?.state === 'refused' ? register.write.why : undefined;
  const described = {
    id,
    'aria-describedby': `${id}-hint ${id}-problem`,
    'aria-invalid': problem !== '',
  };
  const group = {
    id,
    'aria-labelledby': `${id}-label`,
    'aria-describedby': `${id}-hint ${id}-problem`,
  };
  return (
    <div class="field">
      {props.isGroup ? (
        <span class="label" id={`${id}-label`}>
          {label}
        </span>
      ) : (
        <label for={id}>{label}</label>
      )}
      <div class="hint" id={`${id}-hint`}>
        {hint}
      </div>
      {children(described, group)}
      <p class="refusal" id={`${id}-problem`} aria-live="polite">
        {problem}
        {problem === '' && refused !== undefined && `Not taken: ${refused}.`}
      </p>
      <Meanwhile field={field} nameOf={nameOf} show={show} />
    </div>
  );
}

type MeanwhileProps<T> = Pick<ShellProps<T>, 'field' | 'nameOf' | 'show'>;

/** Two people had the same form open; nothing that was typed is lost. */
function Meanwhile<T>({ field, nameOf, show }: MeanwhileProps<T>) {
  const { meanwhile } = field;
  if (meanwhile === null) return null;
  const who = meanwhile.by === null ? 'Somebody' : nameOf(meanwhile.by);
  const theirs = show(meanwhile.theirs);
  return (
    <div class="meanwhile" role="status">
      <p>
        <bdi>{who}</bdi> changed this meanwhile
        {theirs === '' ? '; it is empty now.' : <>: “{<bdi>{theirs}</bdi>}”.</>}
      </p>
      <button type="button" onClick={field.takeTheirs}>
        Take theirs
      </button>
      <button type="button" onClick={field.keepMine}>
        Keep mine
      </button>
    </div>
  );
}

interface TextProps {
  readonly field: Field<string>;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly nameOf: (author: string) => string;
  readonly rows?: number;
  readonly type?: 'text' | 'number' | 'url';
  readonly list?: string;
  readonly inputMode?: 'numeric' | 'email' | 'url';
  readonly placeholder?: string;
}

export function TextField(props: TextProps) {
  const { field, rows, type = 'text', list, inputMode, placeholder } = props;
  const given = {
    value: field.typed,
    spellcheck: rows !== undefined,
    ...(placeholder !== undefined && { placeholder }),
    ...(inputMode !== undefined && { inputMode }),
  };
  return (
    <FieldShell {...props} show={(value) => value}>
      {(described) =>
        rows === undefined ? (
          <input
            {...described}
            {...given}
            {...(list !== undefined && { list })}
            type={type}
            dir="auto"
            onInput={(event) => field.type(event.currentTarget.value)}
          />
        ) : (
          <textarea
            {...described}
            {...given}
            rows={rows}
            dir="auto"
            onInput={(event) => field.type(event.currentTarget.value)}
          />
        )
      }
    </FieldShell>
  );
}

interface SwitchProps {
  readonly field: Field<boolean>;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly nameOf: (author: string) => string;
}

export function SwitchField({ field, label, hint, nameOf }: SwitchProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="choice">
        <input
          type="checkbox"
          checked={field.typed}
          aria-describedby={`${id}-hint`}
          onChange={(event) => field.type(event.currentTarget.checked)}
        />
        {label}
      </label>
      <div class="hint" id={`${id}-hint`}>
        {hint}
      </div>
      <Meanwhile field={field} nameOf={nameOf} show={(on) => (on ? 'on' : 'off')} />
    </div>
  );
}
