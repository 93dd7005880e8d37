// Who is there, as each deployment tells it; the carrier's word counts, then the other's.
import type { DeploymentName, PresenceView } from './api.ts';
import type { OperatorSeen } from './gen/protocol.ts';
import type { Links } from './links.ts';

const NOBODY: PresenceView = { available: false, operators: [] };

export class PresenceBoard {
  readonly #links: Links;
  readonly #told = new Map<DeploymentName, PresenceView>();

  constructor(links: Links) {
    this.#links = links;
  }

  hear(
    from: DeploymentName,
    available: boolean,
    operators: readonly OperatorSeen[] | undefined,
  ): void {
    this.#told.set(from, { available, operators: operators ?? [] });
  }

  lost(deployment: DeploymentName): void {
    // Kept until the other one says something else: a short cut must not show everybody as gone.
    if (this.#told.size > 1) this.#told.delete(deployment);
  }

  view(): PresenceView {
    const carrier = this.#links.carrier()?.deployment;
    const own = carrier === undefined ? undefined : this.#told.get(carrier);
    return own ?? [...this.#told.values()][0] ?? NOBODY;
  }
}
