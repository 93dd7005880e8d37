// Where the saved settings of a form are: as honest as the ticks of a message.
import type { MessageState, RegisterView } from '@holdfast/core';

const order: readonly MessageState[] = ['refused', 'waiting', 'accepted', 'safe'];

/** Of all the writes of a form's fields, the one that is least far; null when nothing was written. */
export function leastFar(registers: readonly (RegisterView | undefined)[]): MessageState | null {
  const states = registers.flatMap((register) => register?.write?.state ?? []);
  return order.find((state) => states.includes(state)) ?? null;
}

export function savedWords(state: MessageState | null): string {
  switch (state) {
    case null:
      return '';
    case 'waiting':
      return 'Kept in this browser, on its way';
    case 'accepted':
      return 'Saved in one data centre';
    case 'safe':
      return 'Saved in both data centres';
    case 'refused':
      return 'Not everything was taken';
  }
}
