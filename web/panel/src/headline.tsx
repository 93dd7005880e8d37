import type { State } from './wire.ts';
import { headline, subline } from './words.ts';

export function Headline({
  state,
  ended,
}: {
  readonly state: State | null;
  readonly ended: boolean;
}) {
  return (
    <header class="headline">
      <h1>
        Holdfast <span>demo</span>
      </h1>
      <p class="active" data-active={state?.active ?? ''}>
        {headline(state, ended)}
      </p>
      <p class="subline">{subline(state, ended)}</p>
    </header>
  );
}
