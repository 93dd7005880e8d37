import { registerKey } from '@holdfast/core/desk';
import { useWatched } from '@holdfast/widget/shared';
import { useState } from 'preact/hooks';
import type { PageProps } from './page.ts';
import { SecretOnce } from './secret_once.tsx';
import { useWritten } from './written.ts';

/** The key with which the site's own server vouches for visitors: made and replaced here, shown once. */
export function IdentityKey({ desk }: Pick<PageProps, 'desk'>) {
  const entity = `site:${desk.site}`;
  const isSet = useWatched(desk.client.settings).registers.has(registerKey(entity, 'identity_key'));
  const [key, setKey] = useState('');
  const [asking, ask] = useState(false);
  const written = useWritten(desk);
  const make = (revoke: boolean) => {
    const drawn = drawnKey();
    setKey(drawn);
    ask(false);
    written.write('', [desk.client.writeSetting(entity, 'identity_key', drawn, revoke)]);
  };
  return (
    <section class="part" aria-label="Visitors you know">
      <h3>Visitors you know</h3>
      <p class="quiet">
        With this key your own server signs who somebody is; a verified mark then stands beside
        their name.
      </p>
      {key !== '' && (
        <SecretOnce
          id="identity-key"
          secret={key}
          use="It belongs on your server, never into a page."
          copyLabel="Copy key"
        />
      )}
      {asking ? (
        <fieldset class="choices">
          <legend>What about the key that counts now?</legend>
          <button type="button" onClick={() => make(false)}>
            It counts for two more days
          </button>
          <button type="button" onClick={() => make(true)}>
            It has leaked: it counts no more
          </button>
          <button type="button" class="plain" onClick={() => ask(false)}>
            Cancel
          </button>
        </fieldset>
      ) : (
        <div class="choices">
          <button type="button" class="plain" onClick={() => (isSet ? ask(true) : make(false))}>
            {isSet ? 'Replace the key' : 'Make a key'}
          </button>
        </div>
      )}
      <p role="status" class="quiet saved">
        {written.words}
      </p>
    </section>
  );
}

function drawnKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  return `idk_${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}
