import { browserHttp, startSession } from '@holdfast/core/browser';
import { useState } from 'preact/hooks';
import { nameProblem, passwordProblem } from './checks.ts';
import { useField } from './field.ts';
import { TextField } from './fields.tsx';
import { Form } from './form.tsx';
import type { PageProps } from './page.ts';
import { hashed } from './passwords.ts';
import { PlainInput } from './plain_input.tsx';
import { useWritten } from './written.ts';

/** One's own name, password and sessions. */
export function ProfilePage({ desk, nameOf }: PageProps) {
  const { client } = desk;
  const id = client.author.slice(2);
  const name = useField<string>(desk, {
    entity: `operator:${id}`,
    field: 'name',
    read: (value) => (typeof value === 'string' ? value : id),
    write: (typed) => typed.trim(),
    problem: nameProblem,
  });
  return (
    <>
      <h2>You</h2>
      <Form label="Your name" fields={[name]}>
        <TextField
          field={name}
          nameOf={nameOf}
          label="Name"
          hint={
            <>
              Visitors see it. You sign in as <code>{id}</code>.
            </>
          }
        />
      </Form>
      <NewPassword desk={desk} />
      <Sessions desk={desk} />
    </>
  );
}

function NewPassword({ desk }: Pick<PageProps, 'desk'>) {
  const { client, site } = desk;
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const written = useWritten(desk);
  const operator = client.author.slice(2);
  const problem = passwordProblem(password);
  const differs = password === again ? '' : 'These two differ.';
  const submit = async () => {
    setTried(true);
    if (problem !== '' || differs !== '') return;
    setBusy(true);
    try {
      const hash = await hashed(desk, password);
      const entity = `operator:${operator}`;
      const digests = [
        client.writeSetting(entity, 'password', hash, true),
        client.writeSetting(entity, 'sessions_after', client.serverTime(), true),
      ];
      written.write('Your other browsers are signed out.', digests);
      await settled(desk, digests);
      // Here, the new password takes the place of the old one without a word.
      const { primary, redundant } = desk.addresses.deployments;
      const session = await startSession(browserHttp, [...primary, ...redundant], {
        site,
        operator,
        password,
      });
      desk.session.set(session);
      client.renew(session);
      setPassword('');
      setAgain('');
      setTried(false);
    } catch (error) {
      written.fail((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="part"
      aria-label="Your password"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3>New password</h3>
      {/* For password managers. */}
      <input name="operator" autocomplete="username" value={operator} readOnly hidden />
      <PlainInput
        label="New password"
        hint="At least 10 characters. Your other browsers are signed out."
        type="password"
        autocomplete="new-password"
        value={password}
        problem={tried ? problem : ''}
        change={setPassword}
      />
      <PlainInput
        label="Once more"
        type="password"
        autocomplete="new-password"
        value={again}
        problem={tried ? differs : ''}
        change={setAgain}
      />
      <div class="choices">
        <button type="submit" class="primary" disabled={busy || password === ''}>
          Change password
        </button>
        <p role="status" class="quiet saved">
          {written.words}
        </p>
      </div>
    </form>
  );
}

const SETTLED_MS = 10_000;

/** Until a data centre has taken all of them, or refused one. */
function settled({ client }: PageProps['desk'], digests: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      end();
      reject(
        new Error('No data centre has taken it yet; it is kept and counts as soon as one has.'),
      );
    }, SETTLED_MS);
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    const look = () => {
      const states = digests.map((digest) => client.writeState(digest));
      if (states.includes('refused')) {
        end();
        reject(new Error('It was not taken; your password is what it was.'));
      } else if (!states.includes('waiting')) {
        end();
        resolve();
      }
    };
    const unsubscribe = client.settings.subscribe(look);
    look();
  });
}

function Sessions({ desk }: Pick<PageProps, 'desk'>) {
  const { client } = desk;
  const written = useWritten(desk);
  return (
    <section class="part">
      <h3>Sessions</h3>
      <p class="quiet">
        Ends your sessions in all browsers. Here you are asked for your password, and nothing on the
        screen is lost.
      </p>
      <div class="choices">
        <button
          type="button"
          onClick={() =>
            written.write('Signed out everywhere.', [
              client.writeSetting(
                `operator:${client.author.slice(2)}`,
                'sessions_after',
                client.serverTime(),
                true,
              ),
            ])
          }
        >
          Sign out everywhere
        </button>
        <p role="status" class="quiet saved">
          {written.words}
        </p>
      </div>
    </section>
  );
}
