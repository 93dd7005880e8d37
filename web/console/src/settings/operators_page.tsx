import { useWatched } from '@holdfast/widget/shared';
import { useState } from 'preact/hooks';
import { roles } from '../permissions.ts';
import { isLastOwner, operatorsOf } from './entities.ts';
import { NewOperator } from './new_operator.tsx';
import { OperatorRow } from './operator_row.tsx';
import type { PageProps } from './page.ts';

const roleWords: Readonly<Record<(typeof roles)[number], string>> = {
  operator: 'answers visitors',
  supervisor: 'also sees and directs others’ chats, and writes the site’s texts',
  admin: 'also changes the site, webhooks, operators and supervisors',
  owner: 'also changes admins and owners',
};

/** Who may sign in, and what they may do. */
export function OperatorsPage({ desk, role }: PageProps) {
  const settings = useWatched(desk.client.settings);
  const { operators: presence } = useWatched(desk.client.presence);
  const [adding, add] = useState(false);
  const all = operatorsOf(settings);
  const isHere = (author: string) => presence.some(({ id, online }) => id === author && online);
  return (
    <>
      <h2>Operators</h2>
      <ul class="entities">
        {all.map((one) => (
          <OperatorRow
            key={one.author}
            desk={desk}
            role={role}
            one={one}
            here={isHere(one.author)}
            lastOwner={isLastOwner(all, one.author)}
          />
        ))}
      </ul>
      {adding ? (
        <NewOperator
          desk={desk}
          role={role}
          taken={new Set(all.map(({ id }) => id))}
          close={() => add(false)}
        />
      ) : (
        <button type="button" class="primary lone" onClick={() => add(true)}>
          Add an operator
        </button>
      )}
      <section class="part roles">
        <h3>What the roles may do</h3>
        <dl>
          {roles.map((one) => (
            <div key={one}>
              <dt>{one}</dt>
              <dd>{roleWords[one]}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
