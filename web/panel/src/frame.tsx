import type { ComponentChildren } from 'preact';

interface Props {
  readonly id: string;
  readonly title: string;
  readonly url: string | undefined;
  readonly hint?: string;
  readonly children?: ComponentChildren;
}

/** Somebody else's page inside ours, with the address that opens it in a tab of its own. */
export function Frame({ id, title, url, hint, children }: Props) {
  return (
    <section class="frame" id={id} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {url !== undefined && (
          <a href={url} target="_blank" rel="noreferrer">
            own tab<span class="unseen">: {title}</span>
          </a>
        )}
        {hint !== undefined && <p>{hint}</p>}
        {children}
      </header>
      {url === undefined ? <p class="soon">Soon here.</p> : <iframe title={title} src={url} />}
    </section>
  );
}
