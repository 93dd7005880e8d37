import type { OperatorPresence } from '@holdfast/core';

/** Who else works now. */
export function Team({ operators, me }: { operators: readonly OperatorPresence[]; me: string }) {
  const others = operators.filter(({ id }) => id !== me);
  if (others.length === 0) return null;
  const here = others.filter(({ online }) => online);
  return (
    <details class="team">
      <summary>
        Team <span class="count">{here.length} online</span>
      </summary>
      <ul>
        {[...here, ...others.filter(({ online }) => !online)].map(({ id, name, online }) => (
          <li key={id} class={online ? 'here' : ''}>
            <bdi>{name || id.slice(2)}</bdi>
            <span class="spoken-only">{online ? ', online' : ', not here'}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
