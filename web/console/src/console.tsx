import type { ChatId, ChatView } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useNews, useTitle } from './attention.ts';
import { ChatList } from './chat_list.tsx';
import { ChatOfAnother, ChatPane, NoChat, NoTranscript } from './chat_pane.tsx';
import { useChoosing } from './choosing.ts';
import { operatorName } from './conversation.ts';
import type { Desk } from './desk.ts';
import { focusSoon } from './focus.ts';
import { Help } from './help.tsx';
import { useIsWatched, useMatches } from './hooks.ts';
import { useLooking } from './looking.ts';
import { may } from './permissions.ts';
import { unreadIn } from './read_marks.ts';
import { Renewal } from './renewal.tsx';
import { useRole } from './role.ts';
import { hashOf, useRoute } from './route.ts';
import { FoundList } from './search/found_list.tsx';
import { SearchField } from './search/search_field.tsx';
import { useSearch } from './search/use_search.ts';
import { type Sections, sectionsOf, stepFrom, stepsOf } from './sections.ts';
import { Settings } from './settings/settings.tsx';
import type { Action } from './shortcuts.ts';
import { StatusLine } from './status_line.tsx';
import { TopBar } from './top_bar.tsx';
import { Transfer } from './transfer.tsx';
import { useShortcuts } from './use_shortcuts.ts';
import { useWork } from './use_work.ts';

const TIDY_MS = 60_000;
const PHONE = '(max-width: 760px)';

/** The whole desk: the list of chats, the chosen one, who the visitor is, and one truthful line about what carries it all. */
export function Console({ desk }: { desk: Desk }) {
  const { client, marks } = desk;
  const { operators } = useWatched(client.presence);
  const elsewhere = useWatched(client.elsewhere);
  const connection = useWatched(client.connection);
  const held = useWatched(client.chats);
  const seen = useWatched(marks);
  const letters = useWatched(desk.preferences.letters);
  const phone = useMatches(PHONE);
  const role = useRole(desk);
  const route = useRoute();
  const search = useSearch(client);
  const { choice, choose } = useChoosing(desk);
  const looking = useLooking(client, choice?.id ?? null, role);
  const [helped, setHelped] = useState(false);
  const [handing, setHanding] = useState<ChatId | null>(null);
  const pane = useRef<HTMLElement>(null);

  const composer = () => pane.current?.querySelector('textarea');
  // A phone's keyboard would cover what is to be read first.
  const writeSoon = () => {
    if (!phone) focusSoon(composer);
  };
  const work = useWork(desk, operators);
  const chats = work.stillOurs(held);
  const sections = sectionsOf({
    me: client.author,
    chats: chats.values(),
    elsewhere: elsewhere.values(),
    marks: seen,
    choice,
  });
  const chat =
    chosenChat(chats, choice?.id ?? null) ??
    (looking === 'not' ? firstOnWide(sections, phone, choice?.id) : undefined);
  const another = chat ? undefined : sections.others.find(({ id }) => id === choice?.id);
  const shown = route.at === 'settings' ? 'settings' : phone && choice === null ? 'list' : 'chat';
  const handed = handing === null ? undefined : chats.get(handing);

  const isLookedAt = useIsWatched() && shown === 'chat';
  useEffect(() => {
    if (chat && isLookedAt) marks.see(chat);
  }, [chat, isLookedAt]);

  const show = (id: ChatId, andWrite: boolean) => {
    if (route.at !== 'chats') location.hash = hashOf({ at: 'chats' });
    work.forgetWord();
    choose(id);
    if (andWrite) writeSoon();
  };
  const accept = (id: ChatId) => {
    work.accept(id);
    show(id, true);
  };
  const takeOver = (id: ChatId) => {
    work.takeOver(id);
    writeSoon();
  };
  const done = (id: ChatId) => {
    const next = stepFrom(
      sections.left.map((left) => left.id),
      id,
      1,
    );
    work.close(id);
    if (next !== undefined && next !== id) show(next, false);
  };
  const back = () => choose(null);

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
        const first = sections.waiting.find(({ id }) => !work.accepting.has(id));
        if (first) accept(first.id);
        return;
      }
      case 'write':
        return composer()?.focus();
      case 'toggleNote':
        return pane.current?.querySelector<HTMLInputElement>('.meant input:not(:checked)')?.click();
      case 'transfer':
        if (chat?.state === 'assigned' && chat.operator === client.author) setHanding(chat.id);
        return;
      case 'search':
        if (phone) back();
        return focusSoon(() => document.querySelector<HTMLElement>('.search-field input'));
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
  useTidying(desk);

  const chosen = chat?.id ?? another?.id ?? choice?.id ?? null;
  const chatView = () => {
    if (chat)
      return (
        <ChatPane
          key={chat.id}
          pane={pane}
          desk={desk}
          chat={chat}
          operators={operators}
          directs={may(role, 'directOthers')}
          accepting={work.accepting.has(chat.id)}
          accept={() => accept(chat.id)}
          takeOver={() => takeOver(chat.id)}
          transfer={() => setHanding(chat.id)}
          release={() => work.release(chat.id)}
          close={() => work.close(chat.id)}
          done={() => done(chat.id)}
          choose={(id) => show(id, true)}
          back={back}
          word={work.word}
        />
      );
    if (typeof looking === 'object')
      return (
        <NoTranscript words={`It cannot be shown: ${looking.why}.`} back={back} word={work.word} />
      );
    if (looking !== 'not') return <NoTranscript words="" back={back} word={work.word} />;
    if (another) {
      const holder = operatorName(operators, another.operator);
      return <ChatOfAnother holder={holder} back={back} word={work.word} />;
    }
    return <NoChat back={back} word={work.word} />;
  };

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
      {route.at === 'settings' ? (
        <Settings desk={desk} role={role} page={route.page} />
      ) : (
        <>
          <nav aria-label="Chats" id="list-of-chats">
            <SearchField
              search={search}
              openFirst={() => search.found?.[0] && show(search.found[0].chat, false)}
            />
            {search.text === null ? (
              <ChatList
                desk={desk}
                sections={sections}
                chosen={chosen}
                operators={operators}
                accepting={work.accepting}
                choose={(id) => show(id, true)}
                accept={accept}
              />
            ) : (
              <FoundList
                search={search}
                connection={connection}
                operators={operators}
                me={client.author}
                chosen={chosen}
                choose={(id) => show(id, false)}
              />
            )}
          </nav>
          {chatView()}
        </>
      )}
      <StatusLine connection={connection} />
      <p class="spoken-only" role="status">
        {announcement}
      </p>
      {handed && (
        <Transfer
          chat={handed}
          operators={operators.filter(({ id }) => id !== handed.operator)}
          transfer={(to, note) => work.transfer(handed.id, to, note)}
          close={() => setHanding(null)}
        />
      )}
      {helped && <Help preferences={desk.preferences} close={() => setHelped(false)} />}
    </div>
  );
}

/** Marks and drafts of chats that are held no longer go, once everything that is held has come. */
function useTidying({ client, marks, drafts }: Desk): void {
  useEffect(() => {
    const tidy = () => {
      const held = new Set(client.chats.get().keys());
      marks.tidy(held);
      drafts.tidy(held);
    };
    const tidying = setTimeout(tidy, TIDY_MS);
    return () => clearTimeout(tidying);
  }, [client]);
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
