import { useWatched } from '@holdfast/widget/shared';
import { useEffect, useRef } from 'preact/hooks';
import type { Preferences } from './preferences.ts';
import { shortcutsShown } from './shortcuts.ts';

interface Props {
  readonly preferences: Preferences;
  readonly close: () => void;
}

export function Help({ preferences, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const letters = useWatched(preferences.letters);
  useEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {shortcutsShown.map(({ keys, does }) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="choice">
        <input
          type="checkbox"
          checked={letters}
          onChange={(event) => preferences.letters.set(event.currentTarget.checked)}
        />
        Single letters work outside of text fields
      </label>
      <p class="quiet">○ on its way · ✓ kept in one data centre · ✓✓ safe in both data centres</p>
      <button type="button" class="primary" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
