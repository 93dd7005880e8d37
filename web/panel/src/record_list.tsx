import type { Line } from './wire.ts';

const times = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** What was done and what people noticed of it, the newest first. */
export function RecordList({ lines }: { readonly lines: readonly Line[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="record" aria-label="Record" tabIndex={0}>
      <ol>
        {lines.toReversed().map((line) => (
          <li key={line.id} data-who={line.who}>
            <time dateTime={new Date(line.at).toISOString()}>{times.format(line.at)}</time>
            <p>{line.text}</p>
            {line.noticed !== '' && (
              <p class="noticed" data-open={line.open}>
                {line.noticed}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
