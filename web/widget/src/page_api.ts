// What the page may ask of the widget: `Holdfast(command, …)`, docs/embedding.md. Nothing that a page passes in, and nothing that its
// listeners do, may break the chat; what cannot be meant is said on the console, where whoever wrote the page looks.

import type { Call } from '@holdfast/loader/stub';

export type PageEvent = 'ready' | 'open' | 'close' | 'unread';
export type Tell = (event: PageEvent, value?: number) => void;

/** What the page says about the visitor: it fills in forms, and proves nothing but by the token of the site's own server. */
export interface Person {
  readonly name?: string;
  readonly email?: string;
  readonly token?: string;
}

/** The widget of one site, on the page from here on. */
export interface Standing {
  readonly site: string;
  /** It left the page by itself: another tab forgot the visitor. */
  readonly gone: boolean;
  show(open: boolean): void;
  know(person: Person): void;
  /** Takes the widget off the page; what is kept in this browser stays. Idempotent. */
  leave(): void;
  /** Leaves, and removes all that is kept in this browser. */
  forget(): Promise<void>;
}

type Listener = (value?: number) => unknown;

const events: readonly string[] = ['ready', 'open', 'close', 'unread'] satisfies PageEvent[];

export class PageApi {
  readonly #boot: (site: string, tell: Tell) => Standing;
  readonly #listeners = new Set<readonly [event: string, call: Listener]>();
  /** What was told last: a listener that comes later than the event has not missed it. */
  readonly #told = new Map<string, number | undefined>();
  #standing: Standing | null = null;
  #person: Person = {};

  constructor(boot: (site: string, tell: Tell) => Standing) {
    this.#boot = boot;
  }

  run([command, ...args]: Call): void {
    const known = commands.get(command);
    if (known) known(this, args);
    else complain(`no command ${shown(command)}, only ${[...commands.keys()].join(', ')}`);
  }

  boot(options: unknown): void {
    const { site, ...person } = fieldsOf(options);
    if (typeof site !== 'string' || !/^[a-z0-9][a-z0-9-]{0,31}$/.test(site))
      return complain(`boot: site cannot be ${shown(site)}`);
    if (this.#standing && !this.#standing.gone) {
      if (this.#standing.site !== site)
        complain(
          `boot: the chat of "${this.#standing.site}" stands on this page, that of "${site}" is refused`,
        );
      return;
    }
    this.#standing = this.#boot(site, (event, value) => this.#tell(event, value));
    this.identify({ ...this.#person, ...person });
  }

  identify(options: unknown): void {
    const person: { -readonly [Field in keyof Person]: string } = {};
    for (const field of ['name', 'email', 'token'] as const) {
      const value = fieldsOf(options)[field];
      if (typeof value === 'string') person[field] = value;
      else if (value !== undefined && value !== null)
        complain(`identify: ${field} cannot be ${shown(value)}`);
    }
    this.#person = person;
    this.#standing?.know(person);
  }

  show(open: boolean): void {
    if (this.#standing) this.#standing.show(open);
    else complain('boot comes first');
  }

  on(event: unknown, call: unknown): void {
    if (!events.includes(event as string))
      return complain(`on: no event ${shown(event)}, only ${events.join(', ')}`);
    if (typeof call !== 'function') return complain(`on: the listener cannot be ${shown(call)}`);
    this.#listeners.add([event as string, call as Listener]);
    if (this.#told.has(event as string)) notify(call as Listener, this.#told.get(event as string));
  }

  off(event: unknown, call: unknown): void {
    for (const one of this.#listeners)
      if (one[0] === event && (call === undefined || one[1] === call)) this.#listeners.delete(one);
  }

  end(how: 'leave' | 'forget'): void {
    void this.#standing?.[how]();
    this.#standing = null;
    this.#told.clear();
    if (how === 'forget') this.#person = {};
  }

  #tell(event: PageEvent, value?: number): void {
    // What goes on stands for itself; of open and close only the latest does.
    if (event === 'open') this.#told.delete('close');
    if (event === 'close') this.#told.delete('open');
    this.#told.set(event, value);
    for (const [name, call] of this.#listeners) if (name === event) notify(call, value);
  }
}

const commands = new Map<unknown, (api: PageApi, args: Call) => void>([
  ['boot', (api, [options]) => api.boot(options)],
  ['open', (api) => api.show(true)],
  ['close', (api) => api.show(false)],
  ['identify', (api, [person]) => api.identify(person)],
  ['on', (api, [event, call]) => api.on(event, call)],
  ['off', (api, [event, call]) => api.off(event, call)],
  ['shutdown', (api) => api.end('leave')],
  ['clear', (api) => api.end('forget')],
]);

function notify(call: Listener, value: number | undefined): void {
  try {
    call(value);
  } catch (error) {
    console.error(error);
  }
}

function complain(words: string): void {
  console.error(`Holdfast: ${words}`);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
