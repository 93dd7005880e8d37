import type { Client } from '@holdfast/core';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Props {
  readonly client: Client;
  readonly chat: string;
}

/** The visitor ends the chat, after being asked once. The core asks for it over either link until it is decided. */
export function Ending({ client, chat }: Props) {
  const [step, go] = useState<'' | 'sure' | 'ending'>('');
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (step === 'sure') yes.current?.focus();
  }, [step]);
  const end = () => {
    go('ending');
    client.closeChat(chat).catch(() => go(''));
  };

  if (step === 'ending') return <p class="ending">Ending this chat.</p>;
  return (
    <p class="ending">
      {step === 'sure' ? (
        <>
          End this chat?{' '}
          <button type="button" ref={yes} onClick={end}>
            Yes, end it
          </button>{' '}
          <button type="button" onClick={() => go('')}>
            No, go on
          </button>
        </>
      ) : (
        <button type="button" onClick={() => go('sure')}>
          End chat
        </button>
      )}
    </p>
  );
}
