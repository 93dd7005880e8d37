// What stands between a page and the widget: `Holdfast(command, …)`, there from the first moment on.
//
// Snippets stay in customers' pages for years, the widget is replaced under them. So the four names below are kept for ever, whatever
// else changes: the snippet makes `facts`, `calls` and `bring`, the widget sets `run`.

/** `Holdfast('open')`, `Holdfast('on', 'unread', show)`, … */
export type Call = readonly unknown[];

/** What a page has to know to reach every data centre: the part of /v1/client.json that stands in a snippet. */
export interface Facts {
  readonly deployments: Readonly<Record<'primary' | 'redundant', readonly string[]>>;
  readonly moderators: readonly string[];
  readonly moderatorKeys: Readonly<Record<string, string>>;
}

export interface Stub {
  (...call: Call): void;
  readonly facts: Facts;
  /** Calls from before the widget was there, in order. */
  readonly calls: Call[];
  /** Brings a script of the web root from whichever host answers, and asks on until it is `there`. */
  bring(path: string, there: () => unknown): void;
  /** Set by the widget, which is there from then on. */
  run?: (call: Call) => void;
}

declare global {
  interface Window {
    Holdfast?: Stub;
  }
}
