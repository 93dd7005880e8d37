// Which key does what. Single letters act only outside of text fields, and can be switched off.

export type Action =
  | 'next'
  | 'previous'
  | 'acceptNext'
  | 'write'
  | 'toggleNote'
  | 'transfer'
  | 'search'
  | 'help';

export interface Key {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export interface Where {
  /** In a text field. */
  readonly typing: boolean;
  /** Single letters are switched on. */
  readonly letters: boolean;
}

export const shortcutsShown: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'Alt + ↓ or J', does: 'next chat' },
  { keys: 'Alt + ↑ or K', does: 'previous chat' },
  { keys: 'Ctrl + Enter', does: 'accept who has waited longest' },
  { keys: 'R', does: 'write an answer' },
  { keys: 'Alt + N', does: 'switch between answer and internal note' },
  { keys: '/', does: 'search all chats' },
  { keys: 'Alt + T', does: 'transfer the chat' },
  { keys: 'Enter', does: 'send' },
  { keys: 'Shift + Enter', does: 'new line' },
  { keys: '?', does: 'this list' },
];

export function actionOf(pressed: Key, where: Where): Action | null {
  if (pressed.metaKey) return null;
  if (pressed.ctrlKey) return pressed.key === 'Enter' && !pressed.altKey ? 'acceptNext' : null;
  if (pressed.altKey) return withAlt(pressed);
  return where.typing || !where.letters ? null : (letters[pressed.key.toLowerCase()] ?? null);
}

const letters: Readonly<Record<string, Action>> = {
  j: 'next',
  k: 'previous',
  r: 'write',
  '/': 'search',
  '?': 'help',
};

// By its place on the keyboard for the letter: with Alt some layouts yield another character.
function withAlt({ key, code }: Key): Action | null {
  if (key === 'ArrowDown') return 'next';
  if (key === 'ArrowUp') return 'previous';
  if (code === 'KeyT') return 'transfer';
  return code === 'KeyN' ? 'toggleNote' : null;
}
