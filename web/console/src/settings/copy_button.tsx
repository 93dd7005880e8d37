import { useState } from 'preact/hooks';

const SHOWN_MS = 3_000;

/** Where the clipboard is not to be had (no secure context), the text is selected instead. */
export function CopyButton({ text, label, of }: { text: string; label: string; of: string }) {
  const [done, setDone] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone('Copied');
    } catch {
      const element = document.getElementById(of);
      if (element) getSelection()?.selectAllChildren(element);
      setDone('Selected: copy it with Ctrl + C');
    }
    setTimeout(() => setDone(''), SHOWN_MS);
  };
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy()}>
        {label}
      </button>
      <span role="status" class="quiet">
        {done}
      </span>
    </span>
  );
}
