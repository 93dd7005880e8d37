// Taking a deployment out of service, as an operator of a data centre would: by the program's own commands.

import type { DeploymentName } from '@holdfast/panel';
import type { Installation } from '../installation/installation.ts';

export interface MaintenanceOrders {
  /** Resolves when it is safe to stop the deployment, with the Moderator's words. */
  begin(of: DeploymentName): Promise<string>;
  end(of: DeploymentName): Promise<string>;
}

export function maintenanceOf({ holdfast, config }: Installation): MaintenanceOrders {
  const order = async (verb: 'begin' | 'end', of: DeploymentName) => {
    const said = await holdfast('maintenance', verb, of, '--config', config('moderator'));
    return said.trim().split('\n').at(-1) ?? '';
  };
  return { begin: (of) => order('begin', of), end: (of) => order('end', of) };
}
