import type { ChatId, ChatView, OperatorPresence } from '@holdfast/core';
import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Composer } from './composer.tsx';
import { operatorName, verifiedOf, visitorName } from './conversation.ts';
import type { Desk } from './desk.ts';
import { isLeft } from './left.ts';
import { LeftActions } from './left_actions.tsx';
import { Transcript } from './transcript.tsx';
import { VerifiedMark } from './verified_mark.tsx';
import { VisitorFacts } from './visitor_facts.tsx';

interface Props {
  readonly pane: RefObject<HTMLElement | null>;
  readonly desk: Desk;
  readonly chat: ChatView;
  readonly operators: readonly OperatorPresence[];
  /** May take over, transfer and close what others have. */
  readonly directs: boolean;
  /** It is being accepted or taken over. */
  readonly accepting: boolean;
  readonly takeOver: () => void;
  /** Of a message that was left: there is no more to do. */
  readonly done: () => void;
  readonly accept: () => void;
  readonly transfer: () => void;
  readonly release: () => void;
  readonly close: () => void;
  readonly choose: (id: ChatId) => void;
  readonly back: () => void;
  /** What became of the last thing that was asked for, when it was not done. */
  readonly word: string;
}

/** The chosen chat: its transcript, what can be done with it, and who the visitor is. */
export function ChatPane(props: Props) {
  const { pane, desk, chat, operators, accepting, word } = props;
  const [factsShown, showFacts] = useState(false);
  const me = desk.client.author;
  const verified = verifiedOf(chat);
  const isMine = chat.state === 'assigned' && chat.operator === me;
  // From the moment on in which it is asked for: whoever begins to write must find the place.
  const isWrittenIn = isMine || accepting;
  const nameOf = (author: string) => {
    if (author === chat.visitor) return visitorName(chat);
    return author === me ? 'You' : operatorName(operators, author);
  };

  return (
    <>
      <main ref={pane} class="chat">
        <header>
          <Back back={props.back} />
          <h2 dir="auto">{visitorName(chat)}</h2>
          {verified && <VerifiedMark claims={verified} />}
          <p class="quiet typing" aria-live="polite">
            {typingWords(chat, nameOf)}
          </p>
          <div class="actions">
            <button
              type="button"
              class="plain facts-button"
              aria-expanded={factsShown}
              onClick={() => showFacts(!factsShown)}
            >
              Visitor
            </button>
            {isMine && (
              <Endings transfer={props.transfer} release={props.release} close={props.close} />
            )}
          </div>
        </header>
        <p class={word === '' ? 'word nothing' : 'word'} role="status">
          {word}
        </p>
        <Transcript chat={chat} nameOf={nameOf} marks={desk.marks} />
        {isWrittenIn && <Composer desk={desk} chat={chat} isMine={isMine} />}
        {chat.state === 'queued' && !isWrittenIn && isLeft(chat) && <LeftActions {...props} />}
        {chat.state === 'queued' && !isWrittenIn && !isLeft(chat) && (
          <div class="invitation">
            <p>
              <bdi>{visitorName(chat)}</bdi> waits for an operator.
            </p>
            <button type="button" class="primary" onClick={props.accept}>
              Accept
            </button>
          </div>
        )}
        {chat.state === 'assigned' && !isWrittenIn && chat.operator !== null && (
          <div class="invitation quiet">
            <span>
              <bdi>{operatorName(operators, chat.operator)}</bdi> has this chat.
            </span>
            {props.directs && (
              <>
                <button type="button" onClick={props.takeOver}>
                  Take over
                </button>
                <Endings transfer={props.transfer} release={props.release} close={props.close} />
              </>
            )}
          </div>
        )}
        {chat.state === 'closed' && (
          <p class="invitation quiet">
            <span>
              This chat is closed. It waits again as soon as <bdi>{visitorName(chat)}</bdi> writes.
            </span>
          </p>
        )}
      </main>
      <VisitorFacts
        client={desk.client}
        chat={chat}
        shown={factsShown}
        choose={props.choose}
        hide={() => showFacts(false)}
      />
    </>
  );
}

/** Giving a chat back is undone by accepting it again; closing it asks once more, in the same place. */
interface EndingsProps {
  readonly transfer: () => void;
  readonly release: () => void;
  readonly close: () => void;
}

function Endings({ transfer, release, close }: EndingsProps) {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <>
        <button type="button" class="plain" title="To a colleague (Alt+T)" onClick={transfer}>
          Transfer
        </button>
        <button type="button" class="plain" title="Back to those who wait" onClick={release}>
          Release
        </button>
        <button type="button" class="plain" onClick={() => setAsked(true)}>
          Close<span class="roomy"> chat</span>
        </button>
      </>
    );
  return (
    <fieldset
      class="sure"
      onKeyDown={(event) => {
        if (event.key === 'Escape') setAsked(false);
      }}
    >
      <legend class="spoken-only">Close this chat?</legend>
      <button type="button" class="primary" ref={(button) => button?.focus()} onClick={close}>
        Yes, close it
      </button>
      <button type="button" class="plain" onClick={() => setAsked(false)}>
        Keep it open
      </button>
    </fieldset>
  );
}

/** In the place of a chat that cannot be shown, or not yet. */
export function NoTranscript({
  words,
  back,
  word,
}: Omit<AnotherProps, 'holder'> & { readonly words: string }) {
  return (
    <main class="chat empty">
      <header>
        <Back back={back} />
      </header>
      <p role="status">{word}</p>
      <p>{words}</p>
    </main>
  );
}

interface AnotherProps {
  readonly holder: string;
  readonly back: () => void;
  readonly word: string;
}

export function ChatOfAnother({ holder, back, word }: AnotherProps) {
  return (
    <main class="chat empty">
      <header>
        <Back back={back} />
      </header>
      <p role="status">{word}</p>
      <p>
        <bdi>{holder}</bdi> has this chat. What is said in it is shown to them alone.
      </p>
    </main>
  );
}

export function NoChat({ back, word }: Omit<AnotherProps, 'holder'>) {
  return (
    <main class="chat empty">
      <header>
        <Back back={back} />
      </header>
      <p role="status">{word}</p>
      <p>No chat is open. Accept one of those who wait, or press ? for the keys.</p>
    </main>
  );
}

function Back({ back }: { back: () => void }) {
  return (
    <button type="button" class="plain back" onClick={back}>
      ‹ Chats
    </button>
  );
}

function typingWords(chat: ChatView, nameOf: (author: string) => string): string {
  const [first, ...more] = chat.typing;
  if (first === undefined) return '';
  return more.length === 0 ? `${nameOf(first)} is typing…` : 'Several people are typing…';
}
