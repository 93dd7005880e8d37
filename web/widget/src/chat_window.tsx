import type { ChatView, Client } from '@holdfast/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Attendance } from './attendance.ts';
import { Composer } from './composer.tsx';
import { operatorName, spoken } from './conversation.ts';
import { Ending } from './ending.tsx';
import { CloseIcon } from './icons.tsx';
import { openingFields } from './opening.ts';
import type { Person } from './page_api.ts';
import { useWatched } from './shared/use_watched.ts';
import { Transcript } from './transcript.tsx';
import { greeting, heading, status, storageBlocked } from './words.ts';

/** That storage is blocked; said once. */
export interface Remark {
  readonly read: boolean;
  readonly close: () => void;
}

interface Props {
  readonly client: Client;
  readonly site: string;
  readonly chat: ChatView | undefined;
  readonly attendance: Attendance;
  /** It was opened by hand just now: the keyboard goes to the composer. */
  readonly focus: boolean;
  readonly person: () => Person;
  readonly remark: Remark;
  readonly close: () => void;
  /** Leaves a closed chat behind. */
  readonly startAnew: () => void;
}

export function ChatWindow({
  client,
  site,
  chat,
  attendance,
  focus,
  person,
  remark,
  close,
  startAnew,
}: Props) {
  const [anew, setAnew] = useState(false);
  const ended = chat?.state === 'closed';
  const box = useRef<HTMLElement>(null);
  const again = useRef<HTMLButtonElement>(null);
  // Asked before anything is changed: the composer goes with the chat that ends, and whoever was in it is not left without a place.
  const inside = box.current?.querySelector(':focus');
  useEffect(() => {
    if (ended && inside) again.current?.focus();
  }, [ended]);
  return (
    <section
      class="window"
      ref={box}
      role="dialog"
      aria-label="Chat"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) close();
      }}
    >
      <div class="head">
        <span class="dot" data-attendance={attendance} />
        <h2>
          <bdi>{heading(chat)}</bdi>
        </h2>
        <button type="button" class="close" aria-label="Close the chat window" onClick={close}>
          <CloseIcon />
        </button>
        <p role="status">{status(chat, attendance)}</p>
        {chat && !ended && <Ending key={chat.id} client={client} chat={chat.id} />}
      </div>
      <Remarks client={client} storage={remark} />
      <Transcript
        key={chat?.id ?? ''}
        messages={spoken(chat)}
        greeting={chat ? '' : greeting(attendance)}
      />
      <Typing chat={chat} />
      {ended ? (
        <div class="composer">
          <button
            type="button"
            class="anew"
            ref={again}
            onClick={() => {
              setAnew(true);
              startAnew();
            }}
          >
            Start a new chat
          </button>
        </div>
      ) : (
        <Composer
          draft={`holdfast:${site}:draft`}
          focus={focus || anew}
          send={(text) => client.send(chat?.id ?? client.openChat(openingFields(person())), text)}
          typing={(on) => chat && client.typing(chat.id, on)}
        />
      )}
    </section>
  );
}

/** What a visitor has to know once, and what keeps this page from chatting at all. */
function Remarks({ client, storage: remark }: { client: Client; storage: Remark }) {
  const { storage, trouble, carrier } = useWatched(client.connection);
  return (
    <div role="status">
      {storage === 'memory' && !remark.read && (
        <p class="remark">
          {storageBlocked}{' '}
          <button type="button" onClick={remark.close}>
            I see
          </button>
        </p>
      )}
      {trouble && !carrier && <p class="remark">This chat does not work here: {trouble.why}.</p>}
    </div>
  );
}

function Typing({ chat }: { chat: ChatView | undefined }) {
  const [who] = chat?.typing ?? [];
  return (
    <div class="typing" role="status">
      {who && (
        <p>
          <i />
          <i />
          <i />
          <span>{operatorName(who)} is typing</span>
        </p>
      )}
    </div>
  );
}
