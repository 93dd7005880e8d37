import { type ConnectionView, clientAction } from '@holdfast/core';
import type { Desk } from './desk.ts';
import { useSigningIn } from './use_signing_in.ts';

interface Props {
  readonly desk: Desk;
  readonly trouble: ConnectionView['trouble'];
}

/** The session has ended while the console was open: the password brings it back, and nothing on the screen is lost. */
export function Renewal({ desk, trouble }: Props) {
  const { refusal, busy, signIn } = useSigningIn(desk.addresses);
  if (trouble === null) return null;
  if (clientAction(trouble.code) !== 'authenticate')
    return <p class="strip">The data centres do not take this console: {trouble.why}.</p>;

  const operator = desk.client.author.slice(2);
  const submit = async (form: HTMLFormElement) => {
    const password = String(new FormData(form).get('password') ?? '');
    const session = await signIn({ site: desk.site, operator, password });
    if (session === null) return;
    desk.session.set(session);
    desk.client.renew(session);
  };
  return (
    <form
      class="strip"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <p>
        Your session has ended. Sign in again to go on; what you have written is kept.
        {refusal !== '' && <strong role="alert"> {refusal}</strong>}
      </p>
      {/* For password managers. */}
      <input name="operator" autocomplete="username" value={operator} readOnly hidden />
      <label>
        Password of {operator}
        <input name="password" type="password" required autocomplete="current-password" />
      </label>
      <button type="submit" class="primary" disabled={busy}>
        Sign in again
      </button>
    </form>
  );
}
