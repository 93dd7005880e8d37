// What the Moderator says, asked a few times a second: who is active, how each deployment is, how far they are apart.

import type { DeploymentName } from '@holdfast/panel';

export interface ModeratorWord {
  readonly active: DeploymentName;
  readonly epoch: number;
  readonly why: string;
  readonly healthy: Readonly<Record<DeploymentName, boolean | null>>;
  /** Entries that one holds and the other does not, as far as anybody answers. */
  readonly lag: number | null;
  readonly inMaintenance: DeploymentName | null;
}

interface StatusDeployment {
  readonly healthy?: boolean;
  readonly looked?: boolean;
  readonly answers?: boolean;
  readonly behind?: number;
}

interface Status {
  readonly active?: string;
  readonly epoch?: number;
  readonly why?: string;
  readonly maintenance?: { readonly deployment?: string };
  readonly deployments?: Partial<Record<DeploymentName, StatusDeployment>>;
}

export function read(status: Status): ModeratorWord | null {
  const { epoch, why, deployments } = status;
  const active = deploymentNamed(status.active);
  if (active === null) return null;
  const both = [deployments?.primary, deployments?.redundant];
  const behind = both
    .filter((deployment) => deployment?.answers === true)
    .map((deployment) => deployment?.behind ?? 0);
  const healthy = (deployment: StatusDeployment | undefined) =>
    deployment?.looked === true ? deployment.healthy === true : null;
  return {
    active,
    epoch: epoch ?? 0,
    why: why ?? '',
    healthy: { primary: healthy(both[0]), redundant: healthy(both[1]) },
    lag: behind.length === 0 ? null : Math.max(...behind),
    inMaintenance: deploymentNamed(status.maintenance?.deployment),
  };
}

function deploymentNamed(name: string | undefined): DeploymentName | null {
  return name === 'primary' || name === 'redundant' ? name : null;
}

/** Asks until closed; `hear` gets null while the Moderator does not answer. */
export class ModeratorView {
  readonly #url: string;
  readonly #hear: (word: ModeratorWord | null) => void;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, hear: (word: ModeratorWord | null) => void) {
    this.#url = `${url}/v1/status`;
    this.#hear = hear;
    void this.#ask();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const word = await fetch(this.#url, { signal: AbortSignal.timeout(1_000) })
      .then(async (response) => read((await response.json()) as Status))
      .catch(() => null);
    if (this.#closed) return;
    this.#hear(word);
    this.#timer = setTimeout(() => void this.#ask(), 250);
  }
}
