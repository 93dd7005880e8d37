import { useWatched } from '@holdfast/widget/shared';
import { useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { webhookUrlProblem } from './checks.ts';
import { type WebhookEntity, webhooksOf } from './entities.ts';
import { EventChoices, EventsField } from './event_choices.tsx';
import { useField } from './field.ts';
import { SwitchField, TextField } from './fields.tsx';
import { Form } from './form.tsx';
import type { PageProps } from './page.ts';
import { PlainInput } from './plain_input.tsx';
import { SecretOnce } from './secret_once.tsx';
import { useWritten } from './written.ts';

/** Where other programs are told what happens. */
export function WebhooksPage(props: PageProps) {
  const { desk } = props;
  const all = webhooksOf(useWatched(desk.client.settings));
  const [adding, add] = useState(false);
  return (
    <>
      <h2>Webhooks</h2>
      <p class="quiet">
        Each event is posted as JSON, signed as Standard Webhooks have it, and repeated for a day
        until it is taken; its id stays the same whichever data centre sends it.
      </p>
      {all.map((hook) => (
        <Webhook key={hook.id} {...props} hook={hook} />
      ))}
      {adding ? (
        <NewWebhook desk={desk} close={() => add(false)} />
      ) : (
        <button type="button" class="primary lone" onClick={() => add(true)}>
          Add a webhook
        </button>
      )}
    </>
  );
}

function Webhook({ desk, nameOf, hook }: PageProps & { readonly hook: WebhookEntity }) {
  const entity = `webhook:${hook.id}`;
  const [secret, setSecret] = useState('');
  const written = useWritten(desk);
  const url = useField<string>(desk, {
    entity,
    field: 'url',
    read: (value) => (typeof value === 'string' ? value : ''),
    write: (typed) => typed.trim(),
    problem: (typed) => webhookUrlProblem(typed.trim()),
  });
  const events = useField<readonly string[]>(desk, {
    entity,
    field: 'events',
    read: (value) => (Array.isArray(value) ? value.map(String) : []),
    write: (typed) => typed,
    problem: (typed) => (typed.length === 0 ? 'Choose at least one.' : ''),
  });
  const active = useField<boolean>(desk, {
    entity,
    field: 'active',
    read: (value) => value !== false,
    write: (on) => on,
    problem: () => '',
  });
  const renew = () => {
    const drawn = drawnSecret();
    setSecret(drawn);
    written.write('The new secret counts.', [desk.client.writeSetting(entity, 'secret', drawn)]);
  };
  return (
    <section class="part" aria-label={`Webhook to ${hook.url}`}>
      <Form label={`Webhook to ${hook.url}`} fields={[url, events, active]}>
        <TextField field={url} nameOf={nameOf} label="URL" inputMode="url" />
        <EventsField field={events} nameOf={nameOf} />
        <SwitchField field={active} nameOf={nameOf} label="Switched on" />
      </Form>
      {secret !== '' ? (
        <Secret secret={secret} hook={hook.id} />
      ) : (
        <div class="choices">
          <button type="button" class="plain" onClick={renew}>
            Draw a new secret
          </button>
        </div>
      )}
      <p role="status" class="quiet saved">
        {written.words}
      </p>
    </section>
  );
}

function NewWebhook({ desk, close }: { readonly desk: Desk; readonly close: () => void }) {
  const { client } = desk;
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly string[]>(['message.offline']);
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<{ id: string; secret: string } | null>(null);
  const written = useWritten(desk);
  const problem = webhookUrlProblem(url.trim());
  const submit = () => {
    setTried(true);
    if (problem !== '' || events.length === 0) return;
    const hook = { id: drawnId(), secret: drawnSecret() };
    const write = (field: string, value: unknown) =>
      client.writeSetting(`webhook:${hook.id}`, field, value);
    setMade(hook);
    // Switched on last: nothing is sent that was not signed.
    written.write('', [
      write('secret', hook.secret),
      write('url', url.trim()),
      write('events', events),
      write('active', true),
    ]);
  };
  if (made !== null)
    return (
      <section class="part" aria-label="The new webhook">
        <h3>The webhook is made</h3>
        <Secret secret={made.secret} hook={made.id} />
        <p role="status" class="quiet saved">
          {written.words}
        </p>
        <button type="button" class="lone" onClick={close}>
          I have kept the secret
        </button>
      </section>
    );
  return (
    <form
      class="part"
      aria-label="New webhook"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h3>New webhook</h3>
      <PlainInput label="URL" value={url} problem={tried ? problem : ''} change={setUrl} />
      <div class="field">
        <EventChoices chosen={events} choose={setEvents} />
      </div>
      <p class="refusal" role="status">
        {tried && events.length === 0 && 'Choose at least one.'}
      </p>
      <div class="choices">
        <button type="submit" class="primary">
          Add
        </button>
        <button type="button" class="plain" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Secret({ secret, hook }: { secret: string; hook: string }) {
  return (
    <SecretOnce
      id={`secret-${hook}`}
      secret={secret}
      use="The receiver checks signatures with this secret."
      copyLabel="Copy secret"
    />
  );
}

function drawnSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

/** The time first, so that webhooks stand in the order in which they were made. */
function drawnId(): string {
  const draw = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return `${Date.now().toString(36)}-${draw.toString(36)}`;
}
