import type { ChatView, MessageState, MessageView } from '@holdfast/core';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type ReadMarks, unreadIn } from './read_marks.ts';
import { clockTime, dayAndTime, dayOf } from './times.ts';
import { type Line, linesOf } from './transcript_lines.ts';

interface Props {
  readonly chat: ChatView;
  readonly nameOf: (author: string) => string;
  readonly marks: ReadMarks;
}

const ticks: Record<MessageState, readonly [sign: string, words: string]> = {
  waiting: ['○', 'on its way'],
  accepted: ['✓', 'kept in one data centre'],
  safe: ['✓✓', 'safe in both data centres'],
  refused: ['✗', 'not taken'],
};

const NEAR_END_PX = 60;

/** Keeps the newest in view unless somebody is reading further up. */
export function Transcript({ chat, nameOf, marks }: Props) {
  const log = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  // As it was when the chat was opened: the mark must not move while it is read.
  const [seen] = useState(() =>
    unreadIn(chat, marks.get()) > 0 ? (marks.get().get(chat.id) ?? 0) : null,
  );
  const lines = linesOf(chat, nameOf, seen === 0 ? null : seen);
  const toEnd = () => {
    const element = log.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, [lines.length]);
  useLayoutEffect(() => {
    const element = log.current;
    if (!element || !atEnd) return;
    // The composer grows, a phone's keyboard opens: the end stays in view.
    const resized = new ResizeObserver(toEnd);
    resized.observe(element);
    return () => resized.disconnect();
  }, [atEnd]);

  return (
    <div class="reading">
      <div
        class="transcript"
        role="log"
        aria-label="Conversation"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        ref={log}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR_END_PX)
        }
      >
        {lines.map((line) => (
          <LineView key={line.key} line={line} nameOf={nameOf} />
        ))}
      </div>
      {!atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          To the newest ↓
        </button>
      )}
    </div>
  );
}

function LineView({ line, nameOf }: { line: Line; nameOf: (author: string) => string }) {
  switch (line.type) {
    case 'day':
      return <p class="happening">{dayOf(line.at)}</p>;
    case 'happening':
      return (
        <p class="happening">
          {line.who !== '' && <bdi>{line.who}</bdi>} {line.words} · {clockTime(line.at)}
        </p>
      );
    case 'unread':
      return <p class="unread-mark">New</p>;
    case 'message':
      return (
        <Message message={line.message} name={nameOf(line.message.author)} leads={line.leads} />
      );
  }
}

interface MessageProps {
  readonly message: MessageView;
  readonly name: string;
  readonly leads: boolean;
}

function Message({ message, name, leads }: MessageProps) {
  const { mine, kind, state, erased, text, at, why } = message;
  const [sign, words] = ticks[state];
  return (
    <div class={`message ${mine ? 'mine' : 'theirs'} ${kind}`} data-state={state}>
      {leads && (
        <p class="byline">
          <bdi>{name}</bdi>
          {kind === 'note' && ' · internal note'} ·{' '}
          <time title={dayAndTime(at)}>{clockTime(at)}</time>
        </p>
      )}
      <div class="bubble" title={dayAndTime(at)}>
        <p class="text" dir="auto">
          {erased ? 'This message was erased.' : text}
        </p>
        {mine && (
          <span class="ticks" role="img" aria-label={words} title={words}>
            {sign}
          </span>
        )}
      </div>
      {state === 'refused' && <p class="refusal">Not taken: {why}.</p>}
    </div>
  );
}
