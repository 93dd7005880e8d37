import type { OpenHours } from '@holdfast/core';
import { useState } from 'preact/hooks';
import { may } from '../permissions.ts';
import {
  colourProblem,
  emailsProblem,
  linesIn,
  nameProblem,
  originsProblem,
  retentionProblem,
  textProblem,
  zoneProblem,
} from './checks.ts';
import { colourWords, textOn } from './colour.ts';
import { type Field, type FieldKind, useField } from './field.ts';
import { FieldShell, SwitchField, TextField } from './fields.tsx';
import { Form } from './form.tsx';
import { hoursProblem, readHours, sorted } from './hours.ts';
import { HoursField } from './hours_field.tsx';
import { IdentityKey } from './identity_key.tsx';
import type { PageProps } from './page.ts';

const DEFAULT_COLOUR = '#1b5cce';

/** How the site looks and speaks to its visitors; and, for admins, where it may be embedded and how long its chats are kept. */
export function SitePage(props: PageProps) {
  return (
    <>
      <h2>Site</h2>
      <TextsForm {...props} />
      {may(props.role, 'writeSite') ? (
        <>
          <RulesForm {...props} />
          <IdentityKey desk={props.desk} />
        </>
      ) : (
        <p class="quiet reason">
          Where the chat may be embedded, e-mail and how long chats are kept is changed by admins
          and owners.
        </p>
      )}
    </>
  );
}

function TextsForm({ desk, nameOf }: PageProps) {
  const entity = `site:${desk.site}`;
  const name = useField(desk, text(entity, 'name', nameProblem));
  const greeting = useField(desk, text(entity, 'greeting', textProblem));
  const away = useField(desk, text(entity, 'away', textProblem));
  const colour = useField(desk, text(entity, 'colour', colourProblem, DEFAULT_COLOUR));
  const zone = useField(desk, text(entity, 'zone', zoneProblem, 'UTC'));
  const hours = useField<readonly OpenHours[]>(desk, {
    entity,
    field: 'hours',
    read: readHours,
    write: sorted,
    problem: hoursProblem,
  });
  return (
    <Form label="What visitors see" fields={[name, colour, greeting, away, zone, hours]}>
      <h3>What visitors see</h3>
      <TextField field={name} nameOf={nameOf} label="Name" hint="Stands over the chat." />
      <ColourField field={colour} nameOf={nameOf} greeting={greeting.typed} />
      <TextField
        field={greeting}
        nameOf={nameOf}
        label="Greeting"
        rows={2}
        hint="The first words in an empty chat, while somebody is online."
      />
      <TextField
        field={away}
        nameOf={nameOf}
        label="Text while nobody is there"
        rows={2}
        hint="Visitors can leave a message all the same."
      />
      <TextField
        field={zone}
        nameOf={nameOf}
        label="Time zone"
        list="time-zones"
        hint="In which the opening hours are meant."
      />
      <TimeZones />
      <HoursField field={hours} nameOf={nameOf} />
    </Form>
  );
}

function RulesForm({ desk, nameOf }: PageProps) {
  const entity = `site:${desk.site}`;
  const origins = useField(desk, lines(entity, 'origins', originsProblem));
  const transcripts = useField<boolean>(desk, {
    entity,
    field: 'transcripts',
    read: (value) => value === true,
    write: (on) => on,
    problem: () => '',
  });
  const offlineTo = useField(desk, lines(entity, 'offline_to', emailsProblem));
  const retention = useField<string>(desk, {
    entity,
    field: 'retention_days',
    read: (value) => (typeof value === 'number' ? String(value) : '0'),
    write: Number,
    problem: retentionProblem,
  });
  return (
    <Form label="Where, and for how long" fields={[origins, transcripts, offlineTo, retention]}>
      <h3>Where, and for how long</h3>
      <TextField
        field={origins}
        nameOf={nameOf}
        label="Web addresses of your pages"
        rows={3}
        inputMode="url"
        placeholder="https://shop.example"
        hint={
          <>
            One a line: scheme, name, and port where it is not the usual one. The chat works on
            pages of exactly these; <code>https://shop.example</code> does not cover{' '}
            <code>https://www.shop.example</code>.
            {origins.typed.trim() === '' && ' Without any, the chat works nowhere.'}
          </>
        }
      />
      <SwitchField
        field={transcripts}
        nameOf={nameOf}
        label="Visitors may ask for the transcript by e-mail"
      />
      <TextField
        field={offlineTo}
        nameOf={nameOf}
        label="Send messages left while nobody was there to"
        rows={2}
        inputMode="email"
        placeholder="team@shop.example"
        hint="E-mail addresses, one a line. The messages stand in the console in any case."
      />
      <TextField
        field={retention}
        nameOf={nameOf}
        label="Keep chats for (days)"
        inputMode="numeric"
        hint={<RetentionWords days={retention.typed} changed={retention.changed} />}
      />
    </Form>
  );
}

function RetentionWords({ days, changed }: { days: string; changed: boolean }) {
  if (retentionProblem(days) !== '' || Number(days) === 0) return <>0 keeps everything.</>;
  return (
    <>
      Chats that were closed more than {Number(days)} days ago are erased for good, in both data
      centres.{' '}
      {changed && (
        <strong class="warning">
          Saving this erases the older ones that you have now, too. They cannot be brought back.
        </strong>
      )}
    </>
  );
}

interface ColourProps {
  readonly field: Field<string>;
  readonly nameOf: (author: string) => string;
  readonly greeting: string;
}

function ColourField({ field, nameOf, greeting }: ColourProps) {
  const good = colourProblem(field.typed) === '';
  const [shown, show] = useState(field.typed);
  if (good && shown !== field.typed) show(field.typed);
  return (
    <FieldShell
      field={field}
      nameOf={nameOf}
      label="Colour"
      show={(value) => value}
      hint={good ? colourWords(field.typed) : undefined}
    >
      {(described) => (
        <div class="colour">
          <input
            type="color"
            aria-label="Choose a colour"
            value={shown}
            onInput={(event) => field.type(event.currentTarget.value)}
          />
          <input
            {...described}
            type="text"
            value={field.typed}
            maxLength={7}
            spellcheck={false}
            onInput={(event) => field.type(event.currentTarget.value)}
          />
          <div class="colour-shown" aria-hidden="true">
            <span class="said" style={{ background: shown, color: textOn(shown) }}>
              {greeting.trim() === '' ? 'Hello! How can we help?' : greeting}
            </span>
            <span class="launcher" style={{ background: shown, color: textOn(shown) }}>
              ✉
            </span>
          </div>
        </div>
      )}
    </FieldShell>
  );
}

function TimeZones() {
  return (
    <datalist id="time-zones">
      {Intl.supportedValuesOf('timeZone').map((zone) => (
        <option key={zone} value={zone} />
      ))}
    </datalist>
  );
}

function text(
  entity: string,
  field: string,
  problem: (typed: string) => string,
  byDefault = '',
): FieldKind<string> {
  return {
    entity,
    field,
    read: (value) => (typeof value === 'string' ? value : byDefault),
    write: (typed) => typed,
    problem,
  };
}

/** A list of texts, one a line. */
function lines(
  entity: string,
  field: string,
  problem: (typed: string) => string,
): FieldKind<string> {
  return {
    entity,
    field,
    read: (value) => (Array.isArray(value) ? value.map(String).join('\n') : ''),
    write: linesIn,
    problem,
  };
}
