import { useState } from 'preact/hooks';
import { EmailField } from './email_field.tsx';
import type { ChatProps } from './index.ts';
import { hoursWords } from './opening_hours.ts';
import { known } from './vouching.ts';

/** While nobody is there: when somebody is, and where the answer goes. */
export function Reach({ client, chat, site, person }: ChatProps) {
  const { email = '' } = chat.contact;
  const [changing, change] = useState(false);
  return (
    <div class="reach">
      <p>{hoursWords(site, Date.now())}</p>
      {email && !changing ? (
        <p>
          We answer to <bdi>{email}</bdi>, and here.{' '}
          <button type="button" onClick={() => change(true)}>
            Change
          </button>
        </p>
      ) : (
        <EmailField
          id="reach"
          label="We answer here. By e-mail too:"
          submit="Save"
          known={email || (known(person).email ?? '')}
          focus={changing}
          save={(address) => {
            client.contact(chat.id, { email: address });
            change(false);
          }}
        />
      )}
    </div>
  );
}
