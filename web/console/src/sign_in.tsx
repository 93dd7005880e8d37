import { type OperatorSession, SignInRefused } from '@holdfast/core';
import { browserHttp, startSession } from '@holdfast/core/browser';
import { useState } from 'preact/hooks';
import type { Addresses } from './addresses.ts';
import { lastSite } from './last_site.ts';

interface Props {
  readonly addresses: Addresses;
  readonly done: (site: string, session: OperatorSession) => void;
}

export function SignIn({ addresses, done }: Props) {
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (form: HTMLFormElement) => {
    const field = (name: string) => String(new FormData(form).get(name) ?? '');
    const [site, operator, password] = [field('site'), field('operator'), field('password')];
    const { primary, redundant } = addresses.deployments;
    setBusy(true);
    try {
      const who = { site, operator, password };
      done(site, await startSession(browserHttp, [...primary, ...redundant], who));
    } catch (error) {
      setRefusal(
        error instanceof SignInRefused
          ? error.message
          : 'No data centre answered. Try again in a moment.',
      );
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <h1>Holdfast</h1>
      <label>
        Site <input name="site" required defaultValue={lastSite()} autocomplete="organization" />
      </label>
      <label>
        Operator <input name="operator" required autocomplete="username" />
      </label>
      <label>
        Password <input name="password" type="password" required autocomplete="current-password" />
      </label>
      <button type="submit" disabled={busy}>
        Sign in
      </button>
      {refusal !== '' && <p role="alert">{refusal}</p>}
    </form>
  );
}
