// Calls the operator back to the console: title, sound, notification, and words for a screen reader.
import type { ChatId, ChatView } from '@holdfast/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { visitorName } from './conversation.ts';
import type { Desk } from './desk.ts';
import { isWatched } from './hooks.ts';
import { type News, newsBetween } from './news.ts';
import { notify } from './notifications.ts';

const SETTLING_MS = 3_000; // what was there before the console came is no news

export function useTitle(calls: number): void {
  useEffect(() => {
    document.title = calls > 0 ? `(${calls}) Holdfast console` : 'Holdfast console';
  }, [calls]);
}

/** Yields the words to announce. `open`: the chat on the screen. */
export function useNews(desk: Desk, open: ChatId | null, choose: (id: ChatId) => void): string {
  const [announcement, announce] = useState('');
  const latest = useRef({ open, choose });
  latest.current = { open, choose };

  useEffect(() => {
    const { client, preferences, chime } = desk;
    const started = performance.now();
    let before: ReadonlyMap<ChatId, ChatView> = client.chats.get();
    return client.chats.subscribe((chats) => {
      const all = newsBetween(before, chats, client.author);
      before = chats;
      if (performance.now() - started < SETTLING_MS) return;
      const news = all.filter(({ chat }) => !(isWatched() && chat.id === latest.current.open));
      if (news.length === 0) return;
      if (preferences.sound.get()) chime.ring();
      announce(news.map(newsWords).join('. '));
      if (isWatched() || !preferences.notifications.get()) return;
      for (const { chat, what, text } of news) {
        const title = titleOf({ chat, what, text });
        notify(title, text, chat.id, () => latest.current.choose(chat.id));
      }
    });
  }, [desk]);

  return announcement;
}

function titleOf({ chat, what }: News): string {
  if (what === 'waiting') return `${visitorName(chat)} is waiting`;
  return what === 'handed' ? `${visitorName(chat)} was handed to you` : visitorName(chat);
}

function newsWords(news: News): string {
  const { chat, what, text } = news;
  return what === 'message' ? `${visitorName(chat)} wrote: ${text}` : titleOf(news);
}
