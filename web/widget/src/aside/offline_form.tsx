import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { charsLeft, limitWords, withoutControls } from '../text_limit.ts';
import { emailWords } from './email.ts';
import type { OfflineFormProps } from './index.ts';
import { hoursWords } from './opening_hours.ts';
import { useStyle } from './style.ts';
import { known, vouch } from './vouching.ts';

/** Takes a message while nobody is there, and where the answer goes. The fields keep what was typed until the outbox has it. */
export function OfflineForm({
  client,
  site,
  person,
  greeting,
  away,
  draft,
  focus,
  open,
}: OfflineFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const about = known(person);
  const [name, setName] = useState(about.name ?? '');
  const [email, setEmail] = useState(about.email ?? '');
  const [text, setText] = useState(draft.read);
  const [refusal, setRefusal] = useState('');
  const [badEmail, setBadEmail] = useState('');
  const left = charsLeft(text);
  useStyle(form);
  useLayoutEffect(() => {
    if (focus) form.current?.querySelector<HTMLElement>(name ? 'textarea' : 'input')?.focus();
  }, []);

  const leave = (called: string, address: string, said: string) => {
    try {
      const chat = open(called);
      // Before what is typed: the answer goes to the address that was said last.
      vouch(client, chat, person);
      if (called || address)
        client.contact(chat, {
          ...(called && { name: called }),
          ...(address && { email: address }),
        });
      client.send(chat, said, { offline: away });
      draft.keep('');
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      setRefusal(`Not sent: ${error.message}.`);
    }
  };
  const field = (id: string) => form.current?.querySelector<HTMLElement>(`#${id}`)?.focus();
  const submit = () => {
    const address = email.trim();
    const bad = address && emailWords(address);
    setBadEmail(bad);
    if (bad) return field('email');
    const said = withoutControls(text).trim();
    if (said === '' || left < 0) {
      setRefusal(said ? 'The message is too long.' : 'Write a message first.');
      return field('message');
    }
    leave(withoutControls(name).trim(), address, said);
  };

  return (
    <form
      class="offline"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p dir="auto">{greeting}</p>
      <p>{hoursWords(site, Date.now())}</p>
      <label for="name">Your name</label>
      <input
        id="name"
        autocomplete="name"
        dir="auto"
        maxLength={200}
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <label for="email">Your e-mail</label>
      <input
        id="email"
        type="email"
        autocomplete="email"
        maxLength={254}
        aria-describedby="email-hint"
        aria-invalid={badEmail !== ''}
        value={email}
        onInput={({ currentTarget }) => setEmail(currentTarget.value)}
      />
      <p id="email-hint" class={badEmail ? 'refusal' : 'limit'} role="status">
        {badEmail || 'Without it you find the answer here, with this browser.'}
      </p>
      <label for="message">Your message</label>
      <textarea
        id="message"
        rows={4}
        dir="auto"
        aria-describedby="message-hint"
        aria-invalid={left < 0}
        value={text}
        onInput={({ currentTarget }) => {
          draft.keep(currentTarget.value);
          setText(currentTarget.value);
          setRefusal('');
        }}
      />
      <p id="message-hint" class={left < 0 || refusal ? 'refusal' : 'limit'} role="status">
        {refusal || limitWords(left)}
      </p>
      <button type="submit" class="anew">
        Leave this message
      </button>
    </form>
  );
}
