// Taking a deployment out of service, as an operator of a data centre would: by the program's own commands.

import type { DeploymentName } from '@holdfast/panel';
import type { Installation } from '../installation.ts';

export interface MaintenanceOrders {
  begin(of: DeploymentName): Promise<void>;
  end(of: DeploymentName): Promise<void>;
}

export async function maintenanceOf({
  holdfast,
  config,
}: Installation): Promise<MaintenanceOrders> {
  const at = ['--config', config('moderator')];
  const other = { primary: 'redundant', redundant: 'primary' } as const;
  const order = async (...args: string[]): Promise<void> => {
    await holdfast(...args, ...at);
  };
  return {
    begin: (of) => order('switch', '--to', other[of], '--wait'),
    end: (of) => order('switch', '--to', of, '--wait'),
  };
}
