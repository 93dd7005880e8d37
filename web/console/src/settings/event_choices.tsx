import type { Field } from './field.ts';
import { FieldShell } from './fields.tsx';

const events: readonly (readonly [event: string, words: string])[] = [
  ['chat.opened', 'a visitor opened a chat'],
  ['chat.assigned', 'an operator has a chat'],
  ['chat.closed', 'a chat was closed'],
  ['message.created', 'somebody wrote'],
  ['message.offline', 'somebody wrote while nobody was there'],
  ['contact.updated', 'a visitor left an address'],
];

interface Props {
  readonly chosen: readonly string[];
  readonly choose: (events: readonly string[]) => void;
}

/** In the order of the list; what a later version knows stays chosen. */
export function EventChoices({ chosen, choose }: Props) {
  const turn = (event: string, on: boolean) => {
    const wanted = new Set(chosen);
    if (on) wanted.add(event);
    else wanted.delete(event);
    const known = events.map(([one]) => one);
    choose([
      ...known.filter((one) => wanted.has(one)),
      ...[...wanted].filter((one) => !known.includes(one)),
    ]);
  };
  return (
    <fieldset class="events">
      <legend class="spoken-only">Events</legend>
      {events.map(([event, words]) => (
        <label class="choice" key={event}>
          <input
            type="checkbox"
            checked={chosen.includes(event)}
            onChange={({ currentTarget }) => turn(event, currentTarget.checked)}
          />
          <span>
            <code>{event}</code> <span class="quiet">{words}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface FieldProps {
  readonly field: Field<readonly string[]>;
  readonly nameOf: (author: string) => string;
}

export function EventsField({ field, nameOf }: FieldProps) {
  return (
    <FieldShell field={field} label="Events" isGroup nameOf={nameOf} show={(all) => all.join(', ')}>
      {(_, group) => (
        // biome-ignore lint/a11y/useSemanticElements: the fieldset in it has a legend of its own
        <div role="group" {...group}>
          <EventChoices chosen={field.typed} choose={field.type} />
        </div>
      )}
    </FieldShell>
  );
}
