import type { ChatView, Client } from '@holdfast/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Aside } from './aside/index.ts';
import type { Attendance } from './attendance.ts';
import { Composer } from './composer.tsx';
import { spoken } from './conversation.ts';
import { CloseIcon } from './icons.tsx';
import { keep, readKept } from './kept.ts';
import { openingFields } from './opening.ts';
import type { Person } from './page_api.ts';
import { useWatched } from './shared/use_watched.ts';
import type { Facts } from './site_facts.ts';
import { Transcript } from './transcript.tsx';
import { greeting, heading, status } from './words.ts';

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
  readonly facts: Facts;
  /** null while it is not there. */
  readonly aside: Aside | null;
  /** It was opened by hand just now: the keyboard goes to the composer. */
  readonly focus: boolean;
  readonly person: Person;
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
  facts,
  aside,
  focus,
  person,
  remark,
  close,
  startAnew,
}: Props) {
  const [anew, setAnew] = useState(false);
  const [form, showForm] = useState(false);
  const ended = chat?.state === 'closed';
  const away = attendance === 'away';
  const draft = `holdfast:${site}:draft`;
  const about = { client, site: facts.site, person };
  const open = (name = '') => client.openChat(openingFields(name));
  const box = useRef<HTMLElement>(null);
  const again = useRef<HTMLButtonElement>(null);
  // Asked before anything is changed: the composer goes with the chat that ends, and whoever was in it is not left without a place.
  const inside = box.current?.querySelector(':focus');
  const keyboard = focus || anew || inside != null;
  useEffect(() => {
    if (ended && inside) again.current?.focus();
  }, [ended]);
  // Nothing changes its place under the hands of somebody who is writing.
  useEffect(() => {
    const writing = inside && readKept(draft) !== '';
    if (chat) showForm(false);
    else if (!writing && attendance !== 'cut') showForm(away && aside !== null);
  }, [aside, attendance, chat?.id]);
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
          <bdi>{heading(chat, site, facts)}</bdi>
        </h2>
        <button type="button" class="close" aria-label="Close the chat window" onClick={close}>
          <CloseIcon />
        </button>
        <p role="status">{status(chat, attendance, facts)}</p>
        {aside && chat && !ended && <aside.ChatTools key={chat.id} {...about} chat={chat} />}
      </div>
      <Remarks {...{ client, aside }} storage={remark} />
      {aside && form ? (
        <aside.OfflineForm
          {...about}
          greeting={greeting(attendance, facts)}
          away={away}
          draft={{ read: () => readKept(draft), keep: (text) => keep(draft, text) }}
          focus={keyboard}
          open={open}
        />
      ) : (
        <>
          <Transcript
            key={chat?.id ?? ''}
            messages={spoken(chat)}
            greeting={chat ? '' : greeting(attendance, facts)}
            nameOf={facts.nameOf}
          />
          <Typing chat={chat} nameOf={facts.nameOf} />
          {aside && away && chat && !ended && <aside.Reach key={chat.id} {...about} chat={chat} />}
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
              draft={draft}
              focus={keyboard}
              send={(text) => client.send(chat?.id ?? open(person.name), text, { offline: away })}
              typing={(on) => chat && client.typing(chat.id, on)}
            />
          )}
        </>
      )}
    </section>
  );
}

/** What keeps this page from chatting at all, and what a visitor has to know once. */
function Remarks({
  client,
  aside,
  storage,
}: { storage: Remark } & Pick<Props, 'client' | 'aside'>) {
  const { storage: kept, trouble, carrier } = useWatched(client.connection);
  return (
    <div role="status">
      {aside && kept === 'memory' && !storage.read && <aside.StorageRemark close={storage.close} />}
      {trouble && !carrier && <p class="remark">This chat does not work here: {trouble.why}.</p>}
    </div>
  );
}

function Typing({ chat, nameOf }: { chat: ChatView | undefined } & Pick<Facts, 'nameOf'>) {
  const [who] = chat?.typing ?? [];
  return (
    <div class="typing" role="status">
      {who && (
        <p>
          <i />
          <i />
          <i />
          <span>{nameOf(who)} is typing</span>
        </p>
      )}
    </div>
  );
}
