// What an operator does with chats: asked of the nodes until it is decided, and what is said on the screen meanwhile.
import type { ChatId, ChatView, OperatorPresence } from '@holdfast/core';
import { useState } from 'preact/hooks';
import { operatorName } from './conversation.ts';
import type { Desk } from './desk.ts';

export interface Work {
  /** Asked for, not decided yet. */
  readonly accepting: ReadonlySet<ChatId>;
  /** What became of the last thing that was asked for, in words; '' when it simply happened. */
  readonly word: string;
  readonly forgetWord: () => void;
  readonly accept: (id: ChatId) => void;
  readonly release: (id: ChatId) => void;
  readonly close: (id: ChatId) => void;
  readonly transfer: (id: ChatId, to: string, note: string) => void;
  /** From whoever has it. */
  readonly takeOver: (id: ChatId) => void;
  /** Without what could not be accepted: others took it and closed it while this console was away. It is back as soon as it changes. */
  readonly stillOurs: (chats: ReadonlyMap<ChatId, ChatView>) => ReadonlyMap<ChatId, ChatView>;
}

export function useWork({ client }: Desk, operators: readonly OperatorPresence[]): Work {
  const [turnedDown, turnDown] = useState<ReadonlyMap<ChatId, ChatView>>(new Map());
  const [accepting, setAccepting] = useState<ReadonlySet<ChatId>>(new Set());
  const [word, setWord] = useState('');
  const staysAsItIs = (refusal: Error) => setWord(`The chat stays as it is: ${refusal.message}.`);
  const ask = (what: Promise<void>) => void what.catch(staysAsItIs);
  const begin = (id: ChatId) => {
    setWord('');
    setAccepting((all) => new Set(all).add(id));
    return () => setAccepting((all) => new Set([...all].filter((one) => one !== id)));
  };
  return {
    accepting,
    word,
    forgetWord: () => setWord(''),
    accept(id) {
      const done = begin(id);
      client.accept(id).then(done, () => {
        done();
        setWord('Somebody else was quicker: this chat waits no more.');
        const view = client.chats.get().get(id);
        if (view) turnDown((all) => new Map(all).set(id, view));
      });
    },
    release: (id) => ask(client.release(id)),
    close: (id) => ask(client.closeChat(id)),
    transfer(id, to, note) {
      // First, while the chat is still one's own.
      if (note !== '') client.note(id, note);
      const name = operatorName(operators, to);
      ask(client.transfer(id, to).then(() => setWord(`${name} has the chat now.`)));
    },
    takeOver(id) {
      const done = begin(id);
      client.transfer(id, client.author).then(done, (refusal: Error) => {
        done();
        staysAsItIs(refusal);
      });
    },
    stillOurs(chats) {
      if (turnedDown.size === 0) return chats;
      return new Map([...chats].filter(([id, chat]) => turnedDown.get(id) !== chat));
    },
  };
}
