import type { OperatorSession } from '@holdfast/core';
import type { Addresses } from './addresses.ts';
import { lastSite } from './last_site.ts';
import { useSigningIn } from './use_signing_in.ts';

interface Props {
  readonly addresses: Addresses;
  readonly done: (site: string, session: OperatorSession) => void;
}

export function SignIn({ addresses, done }: Props) {
  const { refusal, busy, signIn } = useSigningIn(addresses);

  const submit = async (form: HTMLFormElement) => {
    const field = (name: string) => String(new FormData(form).get(name) ?? '').trim();
    const [site, operator] = [field('site'), field('operator')];
    const password = String(new FormData(form).get('password') ?? '');
    const session = await signIn({ site, operator, password });
    if (session) done(site, session);
  };

  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <h1>Holdfast</h1>
        <p class="quiet">Sign in to answer your visitors.</p>
        <label>
          Site
          <input
            name="site"
            required
            defaultValue={lastSite()}
            autocomplete="organization"
            autocapitalize="none"
            spellcheck={false}
          />
        </label>
        <label>
          Operator
          <input
            name="operator"
            required
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
          />
        </label>
        <label>
          Password
          <input name="password" type="password" required autocomplete="current-password" />
        </label>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
        {refusal !== '' && (
          <p role="alert" class="refusal">
            {refusal}
          </p>
        )}
      </form>
    </main>
  );
}
