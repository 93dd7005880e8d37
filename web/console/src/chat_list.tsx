import type { ChatId, ChatView, OperatorPresence } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import type { ComponentChildren } from 'preact';
import {
  closedAt,
  lastSpoken,
  operatorName,
  textOf,
  visitorName,
  waitingSince,
} from './conversation.ts';
import type { Desk } from './desk.ts';
import { useNow } from './hooks.ts';
import { leftDetail } from './left.ts';
import { unreadIn } from './read_marks.ts';
import type { Sections } from './sections.ts';
import { Team } from './team.tsx';
import { clockTime, lasted } from './times.ts';

interface Props {
  readonly desk: Desk;
  readonly sections: Sections;
  readonly chosen: ChatId | null;
  readonly operators: readonly OperatorPresence[];
  readonly accepting: ReadonlySet<ChatId>;
  readonly choose: (id: ChatId) => void;
  readonly accept: (id: ChatId) => void;
}

/** Everything that waits, that is one's own, that was left or closed, and that others have. */
export function ChatList(props: Props) {
  const { desk, sections, chosen, operators, accepting, choose, accept } = props;
  const now = useNow(10_000);
  const marks = useWatched(desk.marks);
  const row = (id: ChatId) => ({ current: id === chosen, choose: () => choose(id) });

  return (
    <>
      <Section title="Waiting" count={sections.waiting.length} empty="Nobody waits.">
        {sections.waiting.map((chat) => (
          <Row
            key={chat.id}
            {...row(chat.id)}
            name={visitorName(chat)}
            aside={lasted(waitingSince(chat), now)}
            asideWords="waiting"
            preview={previewOf(chat)}
            tone="waiting"
          >
            <button
              type="button"
              class="accept"
              aria-label={`Accept ${visitorName(chat)}`}
              disabled={accepting.has(chat.id)}
              onClick={() => accept(chat.id)}
            >
              Accept
            </button>
          </Row>
        ))}
      </Section>
      <Section title="Mine" count={sections.mine.length} empty="You have no chat.">
        {sections.mine.map((chat) => (
          <Row
            key={chat.id}
            {...row(chat.id)}
            name={visitorName(chat)}
            aside={lastTime(chat)}
            preview={previewOf(chat)}
            typing={chat.typing.length > 0}
            unread={unreadIn(chat, marks)}
          />
        ))}
      </Section>
      {sections.left.length > 0 && (
        <Section title="Messages left" count={sections.left.length}>
          {sections.left.map((chat) => (
            <Row
              key={chat.id}
              {...row(chat.id)}
              name={visitorName(chat)}
              aside={lasted(waitingSince(chat), now)}
              asideWords="left since"
              preview={previewOf(chat)}
              detail={leftDetail(chat)}
            />
          ))}
        </Section>
      )}
      {sections.others.length > 0 && (
        <Section title="Others’" count={sections.others.length}>
          {sections.others.map((other) => (
            <Row
              key={other.id}
              {...row(other.id)}
              name={visitorName(other.chat ?? other)}
              preview={`with ${operatorName(operators, other.operator)}`}
              tone="faint"
            />
          ))}
        </Section>
      )}
      {sections.closed.length > 0 && (
        <Section title="Closed recently" count={sections.closed.length}>
          {sections.closed.map((chat) => (
            <Row
              key={chat.id}
              {...row(chat.id)}
              name={visitorName(chat)}
              aside={clockTime(closedAt(chat))}
              preview={previewOf(chat)}
              tone="faint"
            />
          ))}
        </Section>
      )}
      <Team operators={operators} me={desk.client.author} />
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count: number;
  readonly empty?: string;
  readonly children: ComponentChildren;
}

function Section({ title, count, empty, children }: SectionProps) {
  const id = `section-${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {title} <span class="count">{count}</span>
      </h2>
      {count > 0 ? <ul>{children}</ul> : <p class="quiet">{empty}</p>}
    </section>
  );
}

interface RowProps {
  readonly current: boolean;
  readonly choose: () => void;
  readonly name: string;
  readonly aside?: string;
  /** Said before `aside`, where the eye sees it from the section. */
  readonly asideWords?: string;
  readonly preview: string;
  readonly detail?: string;
  readonly typing?: boolean;
  readonly unread?: number;
  readonly tone?: 'waiting' | 'faint';
  readonly children?: ComponentChildren;
}

function Row(props: RowProps) {
  const { current, choose, name, aside, asideWords, preview, typing, unread = 0, tone } = props;
  return (
    <li class={`row ${tone ?? ''} ${unread > 0 ? 'unread' : ''}`}>
      <button type="button" class="open" aria-current={current} onClick={choose}>
        <span class="name" dir="auto">
          {name}
        </span>
        {aside !== undefined && (
          <span class="aside">
            {asideWords !== undefined && <span class="spoken-only">{asideWords} </span>}
            {aside}
          </span>
        )}
        <span class={`preview ${typing ? 'typing' : ''}`} dir="auto">
          {typing ? 'typing…' : preview}
        </span>
        {props.detail !== undefined && props.detail !== '' && (
          <span class="detail" dir="auto">
            {props.detail}
          </span>
        )}
        {unread > 0 && (
          <span class="badge">
            {unread > 99 ? '99+' : unread}
            <span class="spoken-only"> unread</span>
          </span>
        )}
      </button>
      {props.children}
    </li>
  );
}

function lastTime(chat: ChatView): string {
  const last = lastSpoken(chat);
  return last ? clockTime(last.at) : '';
}

function previewOf(chat: ChatView): string {
  const last = lastSpoken(chat);
  if (!last) return textOf(chat.opening.title) || textOf(chat.opening.page);
  if (last.erased) return 'This message was erased.';
  if (last.kind === 'note') return `Note: ${last.text}`;
  return last.mine ? `You: ${last.text}` : last.text;
}
