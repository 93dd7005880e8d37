import type { ChatView } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import { openedAt, visitorName } from './conversation.ts';
import type { Desk } from './desk.ts';
import { mailTo } from './left.ts';
import { dayAndTime } from './times.ts';

interface Props {
  readonly desk: Desk;
  readonly chat: ChatView;
  readonly accept: () => void;
  readonly done: () => void;
}

/** What can be done about a message that was left: answer it here or by e-mail, or be done with it. */
export function LeftActions({ desk, chat, accept, done }: Props) {
  const site = useWatched(desk.client.site)?.name || desk.site;
  const mail = mailTo(chat, site);
  return (
    <div class="invitation left">
      <p>
        <bdi>{visitorName(chat)}</bdi> wrote while nobody was there, {dayAndTime(openedAt(chat))}.
        {mail === null &&
          ' There is no e-mail address: an answer is read here, when they are back.'}
      </p>
      <button type="button" class="primary" onClick={accept}>
        Answer here
      </button>
      {mail !== null && (
        <a class="button" href={mail}>
          Answer by e-mail
        </a>
      )}
      <button type="button" onClick={done}>
        Done
      </button>
    </div>
  );
}
