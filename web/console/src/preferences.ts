// How this operator likes the console; kept in this browser.
import { Cell } from './cell.ts';
import { keep, readKept } from './kept.ts';

class Switch extends Cell<boolean> {
  readonly #name: string;

  constructor(name: string, byDefault: boolean) {
    super((readKept(name) ?? String(byDefault)) === 'true');
    this.#name = name;
  }

  override set(on: boolean): void {
    keep(this.#name, String(on));
    super.set(on);
  }
}

export class Preferences {
  readonly sound = new Switch('sound', false);
  readonly notifications = new Switch('notifications', false);
  /** Shortcuts of a single letter. */
  readonly letters = new Switch('letters', true);
  readonly away = new Switch('away', false);
}
