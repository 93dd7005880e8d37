import { useRef, useState } from 'preact/hooks';
import { EmailField } from './email_field.tsx';
import { Ending } from './ending.tsx';
import type { ChatProps } from './index.ts';
import { useStyle } from './style.ts';
import { known } from './vouching.ts';

/** What can be done with a chat besides writing: end it, and have it sent. */
export function ChatTools(props: ChatProps) {
  const { client, chat, site } = props;
  const box = useRef<HTMLDivElement>(null);
  useStyle(box);
  return (
    <div class="tools" ref={box}>
      <Ending client={client} chat={chat.id} />
      {site.transcripts && <Transcript {...props} />}
    </div>
  );
}

/** The choice is kept with the chat: whoever ends it, the transcript is sent. */
function Transcript({ client, chat, person }: ChatProps) {
  const { email, transcript } = chat.contact;
  const [asking, ask] = useState(false);
  const save = (address: string) => {
    client.contact(chat.id, { email: address, transcript: true });
    ask(false);
  };
  if (asking)
    return (
      <EmailField
        id="transcript"
        label="Send this chat, when it has ended, to"
        submit="Yes, send it"
        known={email ?? known(person).email ?? ''}
        focus
        save={save}
        cancel={() => ask(false)}
      />
    );
  return (
    <p class="ending">
      {transcript && email ? (
        <>
          This chat will be sent to <bdi>{email}</bdi>.{' '}
          <button type="button" onClick={() => client.contact(chat.id, { transcript: false })}>
            Do not send it
          </button>
        </>
      ) : (
        <button type="button" onClick={() => ask(true)}>
          Send me this chat by e-mail
        </button>
      )}
    </p>
  );
}
