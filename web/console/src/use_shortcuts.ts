import { useEffect, useRef } from 'preact/hooks';
import { type Action, actionOf } from './shortcuts.ts';

export function useShortcuts(letters: boolean, act: (action: Action) => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented) return;
      // Buttons keep their own keys; an open dialog keeps all.
      if (document.querySelector('dialog[open]')) return;
      const action = actionOf(event, { typing: isTextField(event.target), letters });
      if (action === null) return;
      event.preventDefault();
      latest.current(action);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [letters]);
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('textarea, input, select') !== null;
}
