import type { ChatView, Client, ConnectionView, PresenceView } from '@holdfast/core';
import { Composer, Transcript, useWatched } from '@holdfast/widget/shared';
import { useState } from 'preact/hooks';

interface Props {
  readonly client: Client;
  readonly signOut: () => void;
}

/** Waiting and own chats on the left, the chosen one on the right, and one truthful line about what carries it all. */
export function Console({ client, signOut }: Props) {
  const chats = [...useWatched(client.chats).values()];
  const presence = useWatched(client.presence);
  const [chosen, choose] = useState<string | null>(null);
  const waiting = chats.filter((chat) => chat.state === 'queued');
  const own = chats.filter((chat) => chat.state === 'assigned' && chat.operator === client.author);
  const open = chats.find((chat) => chat.id === chosen) ?? own[0];

  const accept = (chat: ChatView) => {
    choose(chat.id);
    // Asked again until decided; when somebody else was quicker the chat simply leaves the list.
    client.accept(chat.id).catch(() => choose(null));
  };

  return (
    <div class="console">
      <nav>
        <ChatList
          title="Waiting"
          chats={waiting}
          chosen={open?.id}
          choose={accept}
          action="Accept"
        />
        <ChatList
          title="Mine"
          chats={own}
          chosen={open?.id}
          choose={(chat) => choose(chat.id)}
          action="Show"
        />
        <button type="button" class="sign-out" onClick={signOut}>
          Sign out
        </button>
      </nav>
      <main>
        {open ? (
          <Chat key={open.id} client={client} chat={open} presence={presence} />
        ) : (
          <p>No chat is open.</p>
        )}
      </main>
      <Carrier connection={useWatched(client.connection)} />
    </div>
  );
}

interface ListProps {
  readonly title: string;
  readonly chats: readonly ChatView[];
  readonly chosen: string | undefined;
  readonly choose: (chat: ChatView) => void;
  readonly action: string;
}

function ChatList({ title, chats, chosen, choose, action }: ListProps) {
  return (
    <section aria-label={title}>
      <h2>
        {title} <span>{chats.length}</span>
      </h2>
      <ul class="chats">
        {chats.map((chat) => (
          <li key={chat.id}>
            <button
              type="button"
              aria-current={chat.id === chosen}
              aria-label={`${action}: ${visitorName(chat)}`}
              onClick={() => choose(chat)}
            >
              <strong>{visitorName(chat)}</strong>
              <small>{lastText(chat)}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Chat({
  client,
  chat,
  presence,
}: {
  client: Client;
  chat: ChatView;
  presence: PresenceView;
}) {
  const nameOf = (author: string) =>
    author === chat.visitor
      ? visitorName(chat)
      : (presence.operators.find((o) => o.id === author)?.name ?? author.slice(2));
  return (
    <>
      <header>
        <h1>{visitorName(chat)}</h1>
        <p>
          {String(chat.opening.page ?? '')}
          {chat.typing.length > 0 && ' is typing…'}
        </p>
        <button type="button" onClick={() => void client.closeChat(chat.id).catch(() => undefined)}>
          Close chat
        </button>
      </header>
      <Transcript chat={chat} nameOf={nameOf} />
      <Composer
        name={chat.id}
        label="Your answer"
        send={(text) => client.send(chat.id, text)}
        typing={(on) => client.typing(chat.id, on)}
      />
    </>
  );
}

/** Quiet and truthful: what carries the chats, and what a lost data centre could still take along. */
function Carrier({ connection }: { connection: ConnectionView }) {
  const { carrier, waiting, unsafe, storage, trouble } = connection;
  const words = [
    ...(carrier ? [`Carried by ${carrier}`] : []),
    ...(!carrier && waiting > 0 ? ['What you write is kept here and delivered later'] : []),
    unsafe === 0 ? 'everything is safe in both' : `${unsafe} not yet in both`,
    ...(storage === 'memory' ? ['this browser keeps nothing over a reload'] : []),
    ...(trouble ? [trouble.why] : []),
  ];
  return <footer class="carrier">{words.join(' · ')}</footer>;
}

function visitorName(chat: ChatView): string {
  return String(chat.opening.name || `Visitor ${chat.visitor.slice(2, 8)}`);
}

function lastText(chat: ChatView): string {
  return chat.messages.filter((m) => m.kind === 'message').at(-1)?.text ?? '';
}
