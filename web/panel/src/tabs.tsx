export type View = 'panel' | 'shop' | 'console';

const views = [
  ['panel', 'Panel'],
  ['shop', 'Shop'],
  ['console', 'Console'],
] as const;

/** On a phone one of the three at a time; where there is room all are there, and this is not. */
export function Tabs({
  view,
  choose,
}: {
  readonly view: View;
  readonly choose: (view: View) => void;
}) {
  return (
    <nav class="tabs" aria-label="What to look at">
      {views.map(([name, title]) => (
        <button
          key={name}
          type="button"
          aria-pressed={view === name}
          aria-controls={`view-${name}`}
          onClick={() => choose(name)}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
