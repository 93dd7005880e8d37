import type { MessageView } from '@holdfast/core';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Group, groupsOf } from './conversation.ts';
import { StateIcon } from './icons.tsx';
import { stateWords, timeWords } from './words.ts';

interface Props {
  readonly messages: readonly MessageView[];
  /** Said while there are none. */
  readonly greeting: string;
  readonly nameOf: (author: string) => string;
}

/** The messages, by author; keeps the newest in view unless somebody is reading further up. */
export function Transcript({ messages, greeting, nameOf }: Props) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const top = useRef(0);
  const own = messages.filter((message) => message.mine).length;
  const toEnd = () => {
    const element = log.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(toEnd, [messages.length]);
  // Who writes wants to see it, wherever the reading had got to.
  useLayoutEffect(() => {
    atEnd.current = true;
    toEnd();
  }, [own]);
  // A composer that grows, or a phone's keyboard, takes room from below.
  useLayoutEffect(() => {
    const watch = new ResizeObserver(toEnd);
    watch.observe(log.current as Element);
    return () => watch.disconnect();
  }, []);

  return (
    <div
      class="transcript"
      role="log"
      aria-label="Conversation"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      ref={log}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        // Only who scrolls up leaves the end; a window that gets narrower moves the end away by itself.
        if (scrollHeight - scrollTop - clientHeight < 40) atEnd.current = true;
        else if (scrollTop < top.current) atEnd.current = false;
        top.current = scrollTop;
      }}
    >
      {messages.length === 0 && (
        <p class="greeting" dir="auto">
          {greeting}
        </p>
      )}
      {groupsOf(messages).map((group) => (
        <Messages key={group.messages[0].digest} group={group} nameOf={nameOf} />
      ))}
    </div>
  );
}

function Messages({
  group: { author, mine, messages },
  nameOf,
}: { group: Group } & Pick<Props, 'nameOf'>) {
  const { at } = messages[messages.length - 1] ?? messages[0];
  return (
    <div class={`group ${mine ? 'mine' : 'theirs'}`}>
      {!mine && <bdi class="author">{nameOf(author)}</bdi>}
      {messages.map((message) => (
        <Message key={message.digest} message={message} />
      ))}
      <time dateTime={new Date(at).toISOString()}>{timeWords(at, Date.now())}</time>
    </div>
  );
}

function Message({ message: { state, erased, text, mine, why } }: { message: MessageView }) {
  return (
    <div class="message" data-state={state}>
      <p class="text" dir="auto">
        {erased ? 'This message was erased.' : text}
      </p>
      {mine && (
        <span class="state" role="img" aria-label={stateWords[state]} title={stateWords[state]}>
          <StateIcon state={state} />
        </span>
      )}
      {state === 'refused' && <p class="refusal">Not sent: {why}.</p>}
    </div>
  );
}
