import type { ChatView, Client } from '@holdfast/core';
import { useState } from 'preact/hooks';
import { Composer, Transcript, useWatched } from './shared/index.ts';

/** Launcher and chat window. The client outlives it; everything shown is read from the client. */
export function Widget({ client }: { client: Client }) {
  const chats = useWatched(client.chats);
  const current = currentChat(chats.values());
  const [open, setOpen] = useState(current !== undefined);

  return (
    <>
      <section class="panel" aria-label="Chat" hidden={!open} style={open ? '' : 'display:none'}>
        <header>
          <h2>Chat with us</h2>
          <State client={client} chat={current} />
        </header>
        {current ? (
          <Transcript chat={current} nameOf={() => 'Operator'} />
        ) : (
          <div class="transcript" role="log" aria-label="Conversation" />
        )}
        <Composer
          name="visitor"
          label="Your message"
          send={(text) => client.send(current?.id ?? openChat(client), text)}
          typing={(on) => current && client.typing(current.id, on)}
        />
      </section>
      <button type="button" class="launcher" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Close' : 'Chat with us'}
      </button>
    </>
  );
}

function State({ client, chat }: { client: Client; chat: ChatView | undefined }) {
  const presence = useWatched(client.presence);
  const connection = useWatched(client.connection);
  return (
    <p class="state">
      {stateWords(chat, presence.available)}
      {connection.storage === 'memory' && ' This browser keeps nothing: stay on this page.'}
    </p>
  );
}

function stateWords(chat: ChatView | undefined, available: boolean): string {
  if (chat?.typing.length) return 'The operator is typing…';
  if (chat?.state === 'assigned') return 'You are talking to an operator.';
  if (chat) return 'An operator will be with you.';
  return available ? 'We are here.' : 'Leave a message; we will answer.';
}

function openChat(client: Client): string {
  return client.openChat({
    page: location.href,
    title: document.title,
    referrer: document.referrer,
  });
}

/** The newest chat that is not closed. */
function currentChat(chats: Iterable<ChatView>): ChatView | undefined {
  return [...chats]
    .filter((chat) => chat.state !== 'closed')
    .sort((a, b) => (a.messages[0]?.at ?? 0) - (b.messages[0]?.at ?? 0))
    .at(-1);
}
