import type { ChatView, MessageState, MessageView } from '@holdfast/core';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  readonly chat: ChatView;
  readonly nameOf: (author: string) => string;
}

const ticks: Record<MessageState, readonly [sign: string, words: string]> = {
  waiting: ['○', 'waiting'],
  accepted: ['✓', 'received'],
  safe: ['✓✓', 'safe in both data centres'],
  refused: ['✗', 'not taken'],
};

/** The messages of a chat, with their honest state; keeps the newest in view unless somebody is reading further up. */
export function Transcript({ chat, nameOf }: Props) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shown = chat.messages.filter((m) => m.kind === 'message' || m.kind === 'note');
  // A new message is what moves the end.
  useLayoutEffect(() => {
    const element = log.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [shown.length]);

  return (
    <div
      class="transcript"
      role="log"
      aria-label="Conversation"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      ref={log}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
    >
      {shown.map((message) => (
        <Message key={message.digest} message={message} name={nameOf(message.author)} />
      ))}
    </div>
  );
}

function Message({ message, name }: { message: MessageView; name: string }) {
  const [sign, words] = ticks[message.state];
  return (
    <div
      class={`message ${message.mine ? 'mine' : 'theirs'} ${message.kind}`}
      data-state={message.state}
    >
      {!message.mine && <span class="author">{name}</span>}
      <p class="text">{message.erased ? 'This message was erased.' : message.text}</p>
      {message.mine && (
        <span class="ticks" role="img" aria-label={words} title={message.why ?? words}>
          {sign}
        </span>
      )}
    </div>
  );
}
