import type { OperatorRole } from '@holdfast/core';
import { useId, useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { mayManage, roles } from '../permissions.ts';
import { nameProblem, operatorIdProblem, passwordProblem } from './checks.ts';
import { drawnPassword, hashed } from './passwords.ts';
import { PlainInput } from './plain_input.tsx';
import { useWritten } from './written.ts';

interface Props {
  readonly desk: Desk;
  readonly role: OperatorRole | null;
  readonly taken: ReadonlySet<string>;
  readonly close: () => void;
}

/** Somebody new. The password is shown until the form is closed, and is kept nowhere. */
export function NewOperator({ desk, role, taken, close }: Props) {
  const { client } = desk;
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [theirs, setTheirs] = useState<OperatorRole>('operator');
  const [password, setPassword] = useState(drawnPassword);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState('');
  const written = useWritten(desk);
  const select = useId();
  const problems = {
    id: made === '' ? operatorIdProblem(id, taken) : '',
    name: nameProblem(name),
    password: passwordProblem(password),
  };
  const submit = async () => {
    setTried(true);
    if (Object.values(problems).some((problem) => problem !== '')) return;
    setBusy(true);
    try {
      const hash = await hashed(desk, password);
      const write = (field: string, value: unknown) =>
        client.writeSetting(`operator:${id}`, field, value);
      // The role first: what is written about somebody is weighed by the role that they have.
      const digests = [
        write('role', theirs),
        write('name', name.trim()),
        write('password', hash),
        write('active', true),
      ];
      setMade(id);
      written.write('', digests);
    } catch (error) {
      written.fail((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  if (made !== '')
    return (
      <section class="part" aria-label="The new operator">
        <h3>
          <bdi>{name}</bdi> can sign in
        </h3>
        <p>
          Site <code>{desk.site}</code>, operator <code>{made}</code>, password{' '}
          <code>{password}</code>. Pass it on now: it is not shown again.
        </p>
        <p role="status" class="quiet saved">
          {written.words}
        </p>
        <button type="button" class="lone" onClick={close}>
          I have passed it on
        </button>
      </section>
    );
  return (
    <form
      class="part"
      aria-label="New operator"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3>New operator</h3>
      <PlainInput
        label="Name"
        hint="Visitors see it."
        value={name}
        problem={tried ? problems.name : ''}
        change={setName}
      />
      <PlainInput
        label="Signs in as"
        hint="Small letters, digits and hyphens."
        value={id}
        problem={tried ? problems.id : ''}
        change={setId}
      />
      <div class="field">
        <label for={select}>Role</label>
        <select
          id={select}
          value={theirs}
          onChange={(event) => setTheirs(event.currentTarget.value as OperatorRole)}
        >
          {roles
            .filter((one) => mayManage(role, one))
            .map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
        </select>
      </div>
      <PlainInput
        label="First password"
        hint="Drawn for you; they can change it themselves."
        value={password}
        problem={tried ? problems.password : ''}
        change={setPassword}
      />
      <div class="choices">
        <button type="submit" class="primary" disabled={busy}>
          Add
        </button>
        <button type="button" class="plain" onClick={close}>
          Cancel
        </button>
        <p role="status" class="refusal">
          {written.words}
        </p>
      </div>
    </form>
  );
}
