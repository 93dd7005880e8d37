import type { OpenHours } from '@holdfast/core';
import { useId } from 'preact/hooks';
import type { Field } from './field.ts';
import { FieldShell } from './fields.tsx';
import {
  dayNames,
  hoursWords,
  likeMonday,
  minutesOf,
  sorted,
  spansOf,
  timeOf,
  withSpan,
} from './hours.ts';

interface Props {
  readonly field: Field<readonly OpenHours[]>;
  readonly nameOf: (author: string) => string;
}

/** A week of opening hours; no span at all: visitors are told nothing about hours. */
export function HoursField({ field, nameOf }: Props) {
  const hours = field.typed;
  const change = (from: OpenHours, to: OpenHours | null) =>
    field.type(sorted(hours.flatMap((span) => (span === from ? (to ?? []) : span))));
  return (
    <FieldShell
      field={field}
      label="Opening hours"
      isGroup
      nameOf={nameOf}
      show={hoursWords}
      hint="Visitors who come at other times are told when you are back. Without any, they see only whether somebody is online."
    >
      {(_, group) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would say the label twice
        <div class="hours" role="group" {...group}>
          {dayNames.map((name, i) => (
            <Day
              key={name}
              name={name}
              spans={spansOf(hours, i + 1)}
              add={() => field.type(withSpan(hours, i + 1))}
              change={change}
            />
          ))}
          <button type="button" class="plain" onClick={() => field.type(likeMonday(hours))}>
            Monday’s hours until Friday
          </button>
        </div>
      )}
    </FieldShell>
  );
}

interface DayProps {
  readonly name: string;
  readonly spans: readonly OpenHours[];
  readonly add: () => void;
  readonly change: (from: OpenHours, to: OpenHours | null) => void;
}

function Day({ name, spans, add, change }: DayProps) {
  const id = useId();
  return (
    <div class="day">
      <span id={id}>{name}</span>
      {spans.length === 0 && <span class="quiet">closed</span>}
      {spans.map((span, i) => (
        <span class="span" key={i}>
          <Time span={span} as="from" label={`${name}, from`} change={change} />–
          <Time span={span} as="to" label={`${name}, to`} change={change} />
          <button
            type="button"
            class="plain"
            aria-label={`Remove ${timeOf(span.from)} to ${timeOf(span.to)} on ${name}`}
            onClick={() => change(span, null)}
          >
            ×
          </button>
        </span>
      ))}
      <button type="button" class="plain" aria-label={`Add hours on ${name}`} onClick={add}>
        + Add
      </button>
    </div>
  );
}

interface TimeProps {
  readonly span: OpenHours;
  readonly as: 'from' | 'to';
  readonly label: string;
  readonly change: DayProps['change'];
}

function Time({ span, as, label, change }: TimeProps) {
  return (
    <input
      type="time"
      aria-label={label}
      value={timeOf(span[as])}
      onChange={(event) => {
        const minutes = minutesOf(event.currentTarget.value, as);
        if (minutes !== null) change(span, { ...span, [as]: minutes });
      }}
    />
  );
}
