import { useState } from 'preact/hooks';
import type { SignInWords } from './wire.ts';

/** What to type into the console's own form: the demo knows the password because it made it up. */
export function SignInHelp({ words }: { readonly words: SignInWords }) {
  const [copied, setCopied] = useState('');
  const copy = async (name: string, text: string) => {
    await navigator.clipboard.writeText(text);
    setCopied(name);
  };
  return (
    <dl class="sign-in">
      {(['site', 'operator', 'password'] as const).map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{words[name]}</code>
            <button type="button" onClick={() => void copy(name, words[name])}>
              {copied === name ? 'copied' : 'copy'}
              <span class="unseen"> {name}</span>
            </button>
          </dd>
        </div>
      ))}
    </dl>
  );
}
