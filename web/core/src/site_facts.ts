// What a deployment tells of its site, and who the people in it are. Both deployments hold the same settings; the newest word counts.
import type { SiteFacts } from './api.ts';
import type { NodeFrame, PersonSeen } from './gen/protocol.ts';
import { Computed } from './watched.ts';

export class SiteBoard {
  readonly site: Computed<SiteFacts | null>;
  readonly people: Computed<ReadonlyMap<string, string>>;
  #site: SiteFacts | null = null;
  #people: ReadonlyMap<string, string> = new Map();

  constructor() {
    this.site = new Computed(() => this.#site);
    this.people = new Computed(() => this.#people);
  }

  hear(frame: NodeFrame): void {
    if (frame.t === 'person') return this.#meet([frame.person]);
    if (frame.t !== 'welcome' && frame.t !== 'site') return;
    const { site } = frame;
    if (site !== undefined && JSON.stringify(site) !== JSON.stringify(this.#site))
      this.#site = site;
    if (frame.t === 'welcome') this.#meet(frame.people ?? []);
  }

  #meet(people: readonly PersonSeen[]): void {
    if (people.some(({ id, name }) => this.#people.get(id) !== name))
      this.#people = new Map([
        ...this.#people,
        ...people.map(({ id, name }) => [id, name] as const),
      ]);
  }
}
