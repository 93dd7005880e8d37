// The lines and marks that the page shows: what was done, what people noticed of it, what the Moderator said.

import type { Counters, Line, Mark, Sample } from '@holdfast/panel';
import { Notice } from './notice.ts';

const linesMax = 200;
const marksMax = 200;

export interface RecordHooks {
  readonly now: () => number;
  readonly line: (line: Line) => void;
  readonly mark: (mark: Mark) => void;
}

interface Watched {
  readonly line: Line;
  readonly notice: Notice;
}

export class PanelRecord {
  readonly #hooks: RecordHooks;
  readonly #lines = new Map<number, Line>();
  readonly #marks: Mark[] = [];
  #watched: Watched[] = [];
  #nextId = 1;

  constructor(hooks: RecordHooks) {
    this.#hooks = hooks;
  }

  get lines(): readonly Line[] {
    return [...this.#lines.values()];
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  mark(kind: Mark['kind'], text: string, at = this.#hooks.now()): void {
    const mark = { at, kind, text };
    this.#marks.push(mark);
    if (this.#marks.length > marksMax) this.#marks.shift();
    this.#hooks.mark(mark);
  }

  tell(who: Line['who'], text: string): void {
    this.#put({ id: this.#nextId++, at: this.#hooks.now(), who, text, noticed: '', open: false });
  }

  /** Something was done to the installation: from now on the line says what people notice of it. */
  watch(text: string, counters: Counters): void {
    const at = this.#hooks.now();
    for (const { notice } of this.#watched) notice.endAt(at);
    const line: Line = { id: this.#nextId++, at, who: 'you', text, noticed: '', open: true };
    this.#watched.push({ line, notice: new Notice(at, counters) });
    this.#put({ ...line, noticed: 'watching' });
  }

  hear(sample: Sample): void {
    for (const { notice } of this.#watched) notice.hear(sample);
  }

  look(waiting: readonly number[], counters: Counters): void {
    const now = this.#hooks.now();
    for (const { line, notice } of this.#watched) {
      notice.look(now, waiting);
      this.#put({ ...line, noticed: notice.words(counters), open: !notice.over });
    }
    this.#watched = this.#watched.filter(({ notice }) => !notice.over);
  }

  #put(line: Line): void {
    const before = this.#lines.get(line.id);
    if (before?.noticed === line.noticed && before.open === line.open) return;
    this.#lines.set(line.id, line);
    const oldest = this.#lines.keys().next().value;
    if (this.#lines.size > linesMax && oldest !== undefined) this.#lines.delete(oldest);
    this.#hooks.line(line);
  }
}
