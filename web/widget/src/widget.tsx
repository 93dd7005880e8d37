import type { Client } from '@holdfast/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAside } from './aside/index.ts';
import { useAttendance } from './attendance.ts';
import { ChatWindow } from './chat_window.tsx';
import { inkOn } from './contrast.ts';
import { currentChat, readingOf } from './conversation.ts';
import { BubbleIcon, CloseIcon } from './icons.tsx';
import type { Person, Tell } from './page_api.ts';
import { countInTitle } from './page_title.ts';
import { useWatched } from './shared/use_watched.ts';
import { useSiteFacts } from './site_facts.ts';
import type { WindowMemory } from './window_memory.ts';
import { presenceWords, unreadWords } from './words.ts';

interface Props {
  readonly client: Client;
  readonly site: string;
  readonly memory: WindowMemory;
  readonly person: Person;
  readonly tell: Tell;
}

/** Launcher and chat window. The client outlives it; everything shown is read from the client. */
export function Widget({ client, site, memory, person, tell }: Props) {
  const state = useWatched(memory);
  const chat = currentChat(useWatched(client.chats).values(), state.left);
  const attendance = useAttendance(client);
  const facts = useSiteFacts(client, site);
  const visible = useVisible();
  const launcher = useRef<HTMLButtonElement>(null);
  const [remarkRead, readRemark] = useState(false);
  const { open } = state;
  const { colour = '' } = facts.site;
  const aside = useAside(open || attendance === 'away' || person.token !== undefined);
  const { theirs, unread } = readingOf(chat, state);

  useEffect(() => {
    if (chat && open && visible && unread > 0) memory.change({ chat: chat.id, seen: theirs });
    countInTitle(unread);
  }, [chat?.id, open, visible, theirs, unread]);
  useEffect(() => {
    if (chat && visible) aside?.vouch(client, chat.id, person);
  }, [aside, chat, visible, person]);
  useEffect(() => tell('unread', unread), [unread]);
  useEffect(() => tell(open ? 'open' : 'close'), [open]);
  useEffect(() => {
    const { host } = (launcher.current as HTMLElement).getRootNode() as ShadowRoot;
    const { style } = host as HTMLElement;
    style.setProperty('--accent', colour);
    style.setProperty('--on-accent', colour && inkOn(colour));
  }, [colour]);
  // Never at the start: a page that is loaded keeps the keyboard to itself.
  useEffect(() => {
    if (memory.byHand && !open) launcher.current?.focus();
  }, [open]);

  const toggle = () => memory.show(!open, true);
  const words = [unreadWords(unread), presenceWords[attendance]].filter((word) => word !== '');
  return (
    <>
      {open && (
        <ChatWindow
          client={client}
          site={site}
          chat={chat}
          attendance={attendance}
          facts={facts}
          aside={aside}
          focus={memory.byHand}
          person={person}
          remark={{ read: remarkRead, close: () => readRemark(true) }}
          close={toggle}
          startAnew={() => chat && memory.change({ left: chat.id })}
        />
      )}
      <button
        type="button"
        class="launcher"
        ref={launcher}
        aria-expanded={open}
        aria-label={['Chat with us', ...words].join(', ')}
        onClick={toggle}
      >
        {open ? <CloseIcon /> : <BubbleIcon />}
        {unread > 0 ? (
          <span class="badge">{unread > 9 ? '9+' : unread}</span>
        ) : (
          !open && <span class="dot" data-attendance={attendance} />
        )}
      </button>
      <p class="unseen" role="status">
        {open ? '' : unreadWords(unread)}
      </p>
    </>
  );
}

function useVisible(): boolean {
  const visible = () => document.visibilityState === 'visible';
  const [now, set] = useState(visible);
  useEffect(() => {
    const look = () => set(visible());
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return now;
}
