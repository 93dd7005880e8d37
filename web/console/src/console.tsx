import type { ChatId, ChatView } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useNews, useTitle } from './attention.ts';
import { ChatList } from './chat_list.tsx';
import { ChatOfAnother, ChatPane, NoChat } from './chat_pane.tsx';
import { useChoosing } from './choosing.ts';
import { operatorName } from './conversation.ts';
import type { Desk } from './desk.ts';
import { Help } from './help.tsx';
import { useIsWatched, useMatches } from './hooks.ts';
import { unreadIn } from './read_marks.ts';
import { Renewal } from './renewal.tsx';
import { useRole } from './role.ts';
import { hashOf, useRoute } from './route.ts';
import { type Sections, sectionsOf, stepFrom, stepsOf } from './sections.ts';
import { Settings } from './settings/settings.tsx';
import type { Action } from './shortcuts.ts';
import { StatusLine } from './status_line.tsx';
import { TopBar } from './top_bar.tsx';
import { Transfer } from './transfer.tsx';
import { useShortcuts } from './use_shortcuts.ts';

const TIDY_MS = 60_000;
const PHONE = '(max-width: 760px)';

/** The whole desk: the list of chats, the chosen one, who the visitor is, and one truthful line about what carries it all. */
export function Console({ desk }: { desk: Desk }) {
  const { client, marks } = desk;
  const [turnedDown, turnDown] = useState<ReadonlyMap<ChatId, ChatView>>(new Map());
  const chats = stillOurs(useWatched(client.chats), turnedDown);
  const elsewhere = useWatched(client.elsewhere);
  const { operators } = useWatched(client.presence);
  const connection = useWatched(client.connection);
  const seen = useWatched(marks);
  const letters = useWatched(desk.preferences.letters);
  const phone = useMatches(PHONE);
  const { choice, choose } = useChoosing(desk);
  const [accepting, setAccepting] = useState<ReadonlySet<ChatId>>(new Set());
  const role = useRole(desk);
  const route = useRoute();
  const [helped, setHelped] = useState(false);
  const [handing, setHanding] = useState<ChatId | null>(null);
  const [word, setWord] = useState('');
  const pane = useRef<HTMLElement>(null);

  const sections = sectionsOf({
    me: client.author,
    chats: chats.values(),
    elsewhere: elsewhere.values(),
    marks: seen,
    choice,
  });
  const chat = chosenChat(chats, choice?.id ?? null) ?? firstOnWide(sections, phone, choice?.id);
  const another = chat ? undefined : sections.others.find(({ id }) => id === choice?.id);
  const shown = route.at === 'settings' ? 'settings' : phone && choice === null ? 'list' : 'chat';
  const handed = handing === null ? undefined : chats.get(handing);

  const isLookedAt = useIsWatched() && shown === 'chat';
  useEffect(() => {
    if (chat && isLookedAt) marks.see(chat);
  }, [chat, isLookedAt]);

  const write = () => pane.current?.querySelector('textarea')?.focus();
  const show = (id: ChatId, andWrite: boolean) => {
    if (route.at !== 'chats') location.hash = hashOf({ at: 'chats' });
    setWord('');
    choose(id);
    // After it was drawn; a phone's keyboard would cover what is to be read first.
    if (andWrite && !phone) requestAnimationFrame(write);
  };
  const accept = (id: ChatId) => {
    show(id, false);
    setAccepting((all) => new Set(all).add(id));
    const done = () => setAccepting((all) => new Set([...all].filter((one) => one !== id)));
    // Asked again until it is decided.
    client.accept(id).then(
      () => {
        done();
        if (!phone) requestAnimationFrame(write);
      },
      () => {
        done();
        setWord('Somebody else was quicker: this chat waits no more.');
        const view = client.chats.get().get(id);
        if (view) turnDown((all) => new Map(all).set(id, view));
      },
    );
  };
  const staysAsItIs = (refusal: Error) => setWord(`The chat stays as it is: ${refusal.message}.`);
  const ask = (what: 'release' | 'closeChat', id: ChatId) => client[what](id).catch(staysAsItIs);
  const transfer = (id: ChatId, to: string, note: string) => {
    if (note !== '') client.note(id, note);
    const name = operatorName(operators, to);
    client.transfer(id, to).then(() => setWord(`${name} has the chat now.`), staysAsItIs);
  };

  const act = (action: Action) => {
    const step = action === 'next' ? 1 : -1;
    switch (action) {
      case 'next':
      case 'previous': {
        const next = stepFrom(stepsOf(sections), chat?.id ?? choice?.id ?? null, step);
        if (next !== undefined) show(next, document.activeElement?.tagName === 'TEXTAREA');
        return;
      }
      case 'acceptNext': {
        const first = sections.waiting.find(({ id }) => !accepting.has(id));
        if (first) accept(first.id);
        return;
      }
      case 'write':
        return write();
      case 'toggleNote':
        return pane.current?.querySelector<HTMLInputElement>('.meant input:not(:checked)')?.click();
      case 'transfer':
        if (chat?.state === 'assigned' && chat.operator === client.author) setHanding(chat.id);
        return;
      case 'help':
        return setHelped(true);
    }
  };
  useShortcuts(letters, act);

  const unread = sections.mine.reduce((sum, one) => sum + unreadIn(one, seen), 0);
  useTitle(unread + sections.waiting.length);
  const announcement = useNews(desk, shown === 'chat' ? (chat?.id ?? null) : null, (id) =>
    show(id, true),
  );
  useEffect(() => {
    const tidy = () => {
      const held = new Set(client.chats.get().keys());
      marks.tidy(held);
      desk.drafts.tidy(held);
    };
    const tidying = setTimeout(tidy, TIDY_MS); // once everything that is held has come
    return () => clearTimeout(tidying);
  }, [desk]);

  return (
    <div class="console" data-shown={shown}>
      <TopBar
        desk={desk}
        me={operatorName(operators, client.author)}
        unsent={connection.waiting}
        mine={sections.mine.length}
        help={() => setHelped(true)}
        route={route}
      />
      <Renewal desk={desk} trouble={connection.trouble} />
      {route.at === 'settings' && <Settings desk={desk} role={role} page={route.page} />}
      {route.at === 'chats' && (
        <ChatList
          desk={desk}
          sections={sections}
          chosen={chat?.id ?? another?.id ?? null}
          operators={operators}
          accepting={accepting}
          choose={(id) => show(id, true)}
          accept={accept}
        />
      )}
      {route.at === 'chats' && chat && (
        <ChatPane
          key={chat.id}
          pane={pane}
          desk={desk}
          chat={chat}
          operators={operators}
          accepting={accepting.has(chat.id)}
          accept={() => accept(chat.id)}
          transfer={() => setHanding(chat.id)}
          release={() => void ask('release', chat.id)}
          close={() => void ask('closeChat', chat.id)}
          choose={(id) => show(id, true)}
          back={() => choose(null)}
          word={word}
        />
      )}
      {route.at === 'chats' && another && (
        <ChatOfAnother
          holder={operatorName(operators, another.operator)}
          back={() => choose(null)}
          word={word}
        />
      )}
      {route.at === 'chats' && !chat && !another && (
        <NoChat back={() => choose(null)} word={word} />
      )}
      <StatusLine connection={connection} />
      <p class="spoken-only" role="status">
        {announcement}
      </p>
      {handed && (
        <Transfer
          chat={handed}
          operators={operators.filter(({ id }) => id !== handed.operator)}
          transfer={(to, note) => transfer(handed.id, to, note)}
          close={() => setHanding(null)}
        />
      )}
      {helped && <Help preferences={desk.preferences} close={() => setHelped(false)} />}
    </div>
  );
}

/** Without what could not be accepted: others took it and closed it while this console was away. It is back as soon as it changes. */
function stillOurs(
  chats: ReadonlyMap<ChatId, ChatView>,
  turnedDown: ReadonlyMap<ChatId, ChatView>,
): ReadonlyMap<ChatId, ChatView> {
  if (turnedDown.size === 0) return chats;
  return new Map([...chats].filter(([id, chat]) => turnedDown.get(id) !== chat));
}

function chosenChat(
  chats: ReadonlyMap<ChatId, ChatView>,
  chosen: ChatId | null,
): ChatView | undefined {
  return chosen === null ? undefined : chats.get(chosen);
}

/** A wide screen need not be empty when nothing was chosen; a phone shows its list. */
function firstOnWide(
  { mine, others }: Sections,
  phone: boolean,
  chosen: ChatId | undefined,
): ChatView | undefined {
  const isTheirs = others.some(({ id }) => id === chosen);
  return phone || isTheirs ? undefined : mine[0];
}
