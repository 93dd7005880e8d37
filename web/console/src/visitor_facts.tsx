import type { ChatId, ChatView, Client } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import type { ComponentChildren } from 'preact';
import { nameFor, openedAt, textOf, verifiedOf, visitorName } from './conversation.ts';
import { dayAndTime } from './times.ts';
import { VerifiedMark } from './verified_mark.tsx';

interface Props {
  readonly client: Client;
  readonly chat: ChatView;
  /** On narrow screens, where it stands over the transcript. */
  readonly shown: boolean;
  readonly choose: (id: ChatId) => void;
  readonly hide: () => void;
}

/** What the opening event tells, what the site vouches for, and the visitor's other chats that are held here. */
export function VisitorFacts({ client, chat, shown, choose, hide }: Props) {
  const { page, title, referrer } = chat.opening;
  const verified = verifiedOf(chat);
  const [name, email] = [textOf(chat.contact.name), textOf(chat.contact.email)];
  const others = [...useWatched(client.chats).values()]
    .filter((other) => other.visitor === chat.visitor && other.id !== chat.id)
    .sort((a, b) => openedAt(b) - openedAt(a));
  return (
    <aside class={shown ? 'facts shown' : 'facts'} aria-label="Visitor">
      <h2 dir="auto">{visitorName(chat)}</h2>
      {verified && (
        <p>
          <VerifiedMark claims={verified} />
        </p>
      )}
      <dl>
        {verified?.name && name !== '' && name !== verified.name && (
          <Fact name="Calls themselves">
            <bdi>{nameFor(name, chat.visitor)}</bdi> <NotVerified />
          </Fact>
        )}
        {verified?.email && (
          <Fact name="Verified e-mail">
            <Email address={verified.email} />
          </Fact>
        )}
        {email !== '' && (email !== verified?.email || chat.contact.transcript === true) && (
          <Fact name="E-mail">
            <Email address={email} /> {verified && email !== verified.email && <NotVerified />}
            {chat.contact.transcript === true && (
              <p class="quiet">wants the transcript when the chat ends</p>
            )}
          </Fact>
        )}
        <Fact name="Page">
          <Address url={textOf(page)} words={textOf(title)} />
        </Fact>
        <Fact name="Came from">
          <Address url={textOf(referrer)} words="" />
        </Fact>
        <Fact name="First seen">{dayAndTime(openedAt(chat))}</Fact>
        <Fact name="Visitor’s number">
          <code>{chat.visitor.slice(2)}</code>
        </Fact>
      </dl>
      {others.length > 0 && (
        <>
          <h3>Other chats</h3>
          <ul>
            {others.map((other) => (
              <li key={other.id}>
                <button type="button" class="plain" onClick={() => choose(other.id)}>
                  {dayAndTime(openedAt(other))}, {stateWords[other.state]}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <button type="button" class="plain facts-button" onClick={hide}>
        Back to the chat
      </button>
    </aside>
  );
}

const stateWords = { queued: 'waiting', assigned: 'open', closed: 'closed' };

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function NotVerified() {
  return <span class="quiet">(not verified)</span>;
}

function Email({ address }: { address: string }) {
  return (
    <a href={`mailto:${encodeURIComponent(address).replace('%40', '@')}`}>
      <bdi>{address}</bdi>
    </a>
  );
}

/** A visitor's browser says what it likes: only web addresses become links. */
function Address({ url, words }: { url: string; words: string }) {
  if (url === '' && words === '') return <span class="quiet">not told</span>;
  return (
    <>
      {words !== '' && <bdi class="title">{words}</bdi>}
      {/^https?:\/\//.test(url) ? (
        <a href={url} target="_blank" rel="noopener noreferrer">
          <bdi>{url}</bdi>
        </a>
      ) : (
        <bdi>{url}</bdi>
      )}
    </>
  );
}
