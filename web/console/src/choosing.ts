// Which chat is looked at; a reload comes back to it.
import type { ChatId } from '@holdfast/core';
import { useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import { unreadSince } from './read_marks.ts';
import type { Choice } from './sections.ts';

const key = 'holdfast:chosen';

export interface Choosing {
  readonly choice: Choice | null;
  readonly choose: (id: ChatId | null) => void;
}

export function useChoosing({ client, marks }: Desk): Choosing {
  const asChoice = (id: ChatId): Choice => {
    const chat = client.chats.get().get(id);
    return { id, unreadSince: chat ? unreadSince(chat, marks.get()) : null };
  };
  const [choice, setChoice] = useState<Choice | null>(() => {
    const id = kept();
    return id === null ? null : asChoice(id);
  });
  const choose = (id: ChatId | null) => {
    keepChosen(id);
    if (id === null || id !== choice?.id) setChoice(id === null ? null : asChoice(id));
  };
  return { choice, choose };
}

function kept(): ChatId | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function keepChosen(id: ChatId | null): void {
  try {
    if (id === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, id);
  } catch {
    // Blocked: a reload starts with the list.
  }
}
