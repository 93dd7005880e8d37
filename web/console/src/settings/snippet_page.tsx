import { policyOf, type Snippet, snippet, TEMPLATE } from '@holdfast/loader';
import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from './copy_button.tsx';
import type { PageProps } from './page.ts';

const RETRY_MS = 2_000;

/** What the owner of a web page copies into it. */
export function SnippetPage({ desk }: PageProps) {
  const template = useTemplate();
  if (template === null)
    return (
      <>
        <h2>Snippet</h2>
        <p class="quiet">The snippet is here as soon as a data centre has answered.</p>
      </>
    );
  const made = snippet(template, desk.site, desk.addresses);
  return (
    <>
      <h2>Snippet</h2>
      <p>
        Put this into every page that should have the chat, before <code>&lt;/body&gt;</code>. It
        knows both data centres, so it works while either of them is away.
      </p>
      <Code id="snippet" text={made.html} label="Copy snippet" />
      <p class="quiet">
        The chat appears on the web addresses that are listed under{' '}
        <a href="#/settings/site">Site</a>.
      </p>
      <Policy made={made} />
    </>
  );
}

function Policy({ made }: { made: Snippet }) {
  return (
    <section class="part">
      <h3>If your pages have a Content-Security-Policy</h3>
      <p>
        Add these to it. The hash is of the snippet exactly as it stands above; one more space in
        there and browsers do not run it.
      </p>
      <Code id="policy" text={policyOf(made)} label="Copy policy" />
    </section>
  );
}

function Code({ id, text, label }: { id: string; text: string; label: string }) {
  return (
    <div class="code">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label={label.replace('Copy ', '')}
      >
        <pre id={id}>{text}</pre>
      </section>
      <CopyButton text={text} label={label} of={id} />
    </div>
  );
}

/** Served beside the console, and kept by its service worker. Asked for until somebody answers. */
function useTemplate(): string | null {
  const [template, setTemplate] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    let again = 0;
    const load = async () => {
      try {
        const response = await fetch(TEMPLATE);
        if (!response.ok) throw new Error(String(response.status));
        const text = await response.text();
        if (wanted) setTemplate(text);
      } catch {
        if (wanted) again = window.setTimeout(() => void load(), RETRY_MS);
      }
    };
    void load();
    return () => {
      wanted = false;
      clearTimeout(again);
    };
  }, []);
  return template;
}
