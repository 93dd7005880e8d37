// The cables of an installation. People, the peer and the Moderator each reach a data centre over cables of their own, so that each can
// be cut alone; both ends of a cable lie in the network of the data centre that it leads into (peer: out of).

import type { DeploymentName } from '@holdfast/core';
import { Cable, type CableSpec } from '../cable.ts';
import type { Place } from './places.ts';

export interface Lengths {
  /** One way in ms, between people (or the Moderator) and a data centre. */
  readonly cableMs: number;
  /** Between the data centres. */
  readonly peerCableMs: number;
}

export interface Wires {
  /** As people reach it: one cable for each of its addresses. */
  readonly people: readonly Cable[];
  /** As the Moderator reaches it. */
  readonly watched: Cable;
  /** Over which it dials the other data centre. */
  readonly dialled: Cable;
  /** As operators open the console; one of `people` unless it has to be on another host. */
  readonly desk: Cable;
}

export interface WiringWishes {
  /** How many addresses people can reach it under; 1 when absent. */
  readonly paths?: number;
  /** What people and the Moderator are told over them can be taken out, message by message. */
  readonly legible?: boolean;
  /** Where the console is opened, when on another host. */
  readonly deskHost?: string;
}

export class Wiring {
  readonly #cables: Cable[] = [];
  readonly #lengths: Lengths;

  constructor(lengths: Lengths) {
    this.#lengths = lengths;
  }

  async lay(at: Place, other: Place, wishes: WiringWishes): Promise<Wires> {
    const { cableMs: delayMs, peerCableMs } = this.#lengths;
    const { paths = 1, legible = false, deskHost } = wishes;
    const people: Cable[] = [];
    for (let path = 0; path < paths; path += 1)
      people.push(await this.#one(at, 10 + 2 * path, { to: at, delayMs, legible }));
    const dialled = await this.#one(at, 20, { to: other, delayMs: peerCableMs });
    const watched = await this.#one(at, 30, { to: at, delayMs, legible });
    const first = people[0] as Cable;
    const desk =
      deskHost === undefined
        ? first
        : await this.#one(at, 40, { to: at, delayMs, listen: deskHost });
    return { people, watched, dialled, desk };
  }

  async close(): Promise<void> {
    for (const cable of this.#cables) await cable.close();
  }

  async #one(
    at: Place,
    near: number,
    spec: Omit<CableSpec, 'listen' | 'from'> & { readonly listen?: string },
  ): Promise<Cable> {
    const cable = await Cable.lay({
      listen: `${at.net}.${near}`,
      from: `${at.net}.${near + 1}`,
      ...spec,
    });
    this.#cables.push(cable);
    return cable;
  }
}

/** Cables that end in this data centre, whoever dials over them. */
export function cablesOf(
  name: DeploymentName,
  wires: Readonly<Record<DeploymentName, Wires>>,
): readonly Cable[] {
  const { people, watched, desk } = wires[name];
  return [...new Set([...people, watched, desk, wires.primary.dialled, wires.redundant.dialled])];
}
