import type { OperatorRole } from '@holdfast/core';
import { useId, useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { mayManage, roles } from '../permissions.ts';
import { passwordProblem } from './checks.ts';
import type { OperatorEntity } from './entities.ts';
import { drawnPassword, hashed } from './passwords.ts';
import { PlainInput } from './plain_input.tsx';
import { useWritten } from './written.ts';

interface Props {
  readonly desk: Desk;
  readonly role: OperatorRole | null;
  readonly one: OperatorEntity;
  readonly here: boolean;
  readonly lastOwner: boolean;
}

export function OperatorRow({ desk, role, one, here, lastOwner }: Props) {
  const { client } = desk;
  const [resetting, reset] = useState(false);
  const written = useWritten(desk);
  const id = useId();
  const entity = `operator:${one.id}`;
  const isMe = one.author === client.author;
  const mayChange = mayManage(role, one.role) && !isMe;
  const reason = isMe
    ? 'This is you; your name and password are under “You”.'
    : !mayManage(role, one.role)
      ? 'Admins and owners are changed by owners.'
      : lastOwner
        ? 'The last owner stays one.'
        : '';

  const changeRole = (to: OperatorRole) => {
    const less = roles.indexOf(to) < roles.indexOf(one.role);
    written.write(`Now ${to}.`, [client.writeSetting(entity, 'role', to, less)]);
  };
  const endSessions = () =>
    client.writeSetting(entity, 'sessions_after', client.serverTime(), true);
  const activate = (active: boolean) => {
    const what = active ? 'May sign in again.' : 'Can no longer sign in, and is signed out.';
    const digests = [client.writeSetting(entity, 'active', active, !active)];
    written.write(what, active ? digests : [...digests, endSessions()]);
  };
  return (
    <li class={one.active ? 'entity' : 'entity off'}>
      <div class="entity-head">
        <h3>
          <bdi>{one.name}</bdi> <span class="entity-id">{one.id}</span>
        </h3>
        <span class="quiet">{one.active ? (here ? 'online' : '') : 'switched off'}</span>
        <select
          aria-label={`Role of ${one.name}`}
          value={one.role}
          disabled={!mayChange || lastOwner}
          aria-describedby={`${id}-reason`}
          onChange={(event) => changeRole(event.currentTarget.value as OperatorRole)}
        >
          {roles
            .filter((to) => to === one.role || mayManage(role, to))
            .map((to) => (
              <option key={to} value={to}>
                {to}
              </option>
            ))}
        </select>
      </div>
      <p class="quiet reason-line" id={`${id}-reason`}>
        {reason}
      </p>
      {mayChange && (
        <div class="choices">
          <button type="button" class="plain" onClick={() => reset(!resetting)}>
            New password
          </button>
          <button
            type="button"
            class="plain"
            onClick={() => written.write('Signed out everywhere.', [endSessions()])}
          >
            Sign out everywhere
          </button>
          {!lastOwner && (
            <button type="button" class="plain" onClick={() => activate(!one.active)}>
              {one.active ? 'Switch off' : 'Switch on'}
            </button>
          )}
        </div>
      )}
      {resetting && (
        <ResetPassword
          desk={desk}
          name={one.name}
          close={() => reset(false)}
          done={(hash) => {
            written.write('The new password counts.', [
              client.writeSetting(entity, 'password', hash, true),
              endSessions(),
            ]);
            reset(false);
          }}
        />
      )}
      <p role="status" class="quiet saved">
        {written.words}
      </p>
    </li>
  );
}

interface ResetProps {
  readonly desk: Desk;
  readonly name: string;
  readonly close: () => void;
  readonly done: (hash: string) => void;
}

function ResetPassword({ desk, name, close, done }: ResetProps) {
  const [password, setPassword] = useState(drawnPassword);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState('');
  const problem = passwordProblem(password);
  const submit = async () => {
    setTried(true);
    if (problem !== '') return;
    setBusy(true);
    setWhy('');
    try {
      done(await hashed(desk, password));
    } catch (error) {
      setWhy((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <form
      class="within"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <PlainInput
        label={`New password of ${name}`}
        hint="Give it to them before you save it: it is not shown again, and ends their sessions."
        value={password}
        problem={tried ? problem : ''}
        change={setPassword}
      />
      <div class="choices">
        <button type="submit" class="primary" disabled={busy}>
          Save password
        </button>
        <button type="button" class="plain" onClick={close}>
          Cancel
        </button>
        <p role="status" class="refusal">
          {why}
        </p>
      </div>
    </form>
  );
}
