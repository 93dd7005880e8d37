// Looking at a chat that is not one's own: a closed one that was found, or, for supervisors, one that a colleague has.
import {
  AskRefused,
  type ChatId,
  type ChatView,
  Code,
  type DeskClient,
  type OperatorRole,
} from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import { useEffect, useState } from 'preact/hooks';
import { may } from './permissions.ts';

/** asking: nothing of it has come yet. A text: why it cannot be shown. */
export type Looking = 'not' | 'asking' | 'shown' | { readonly why: string };

export function useLooking(
  client: DeskClient,
  id: ChatId | null,
  role: OperatorRole | null,
): Looking {
  // It may leave one's hands while it is on the screen: a supervisor goes on looking.
  const away = useWatched(client.elsewhere).has(id ?? '');
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (away) setLeft((times) => times + 1);
  }, [away]);
  const [looked, setLooked] = useState<{ id: ChatId | null; now: Looking }>({ id, now: 'not' });
  useEffect(() => {
    if (id === null || !isToBeLookedAt(client, id, role)) return setLooked({ id, now: 'not' });
    setLooked({ id, now: 'asking' });
    let wanted = true;
    const tell = (now: Looking) => wanted && setLooked({ id, now });
    client.look(id, true).then(
      () => tell('shown'),
      (refusal: Error) => tell({ why: refusalWords(refusal) }),
    );
    return () => {
      wanted = false;
      void client.look(id, false);
    };
  }, [client, id, role, left]);
  return looked.id === id ? looked.now : 'asking';
}

function refusalWords(refusal: Error): string {
  const code = refusal instanceof AskRefused ? refusal.code : 0;
  if (code === Code.not_allowed) return 'a colleague has it now';
  if (code === Code.not_found) return 'it is not kept any more';
  return refusal.message;
}

function isToBeLookedAt(client: DeskClient, id: ChatId, role: OperatorRole | null): boolean {
  const chat = client.chats.get().get(id);
  if (chat !== undefined && isAtHand(chat, client.author)) return false;
  const isOthers = chat?.state === 'assigned' || client.elsewhere.get().has(id);
  return !isOthers || may(role, 'directOthers');
}

/** Told by the nodes without asking, or still held from when it was one's own. */
function isAtHand({ state, operator, whole }: ChatView, me: string): boolean {
  return state === 'queued' || (state === 'assigned' ? operator === me : whole);
}
