// Every drill, in the order of the white paper's table.

import { gray } from './acts/gray.ts';
import { humanErrors } from './acts/human_errors.ts';
import { long } from './acts/long.ts';
import { machines } from './acts/machines.ts';
import { moderators } from './acts/moderators.ts';
import { networks } from './acts/networks.ts';
import { planned } from './acts/planned.ts';
import { returns } from './acts/returns.ts';
import { wholes } from './acts/wholes.ts';
import type { Drill } from './drill.ts';

export const drills: readonly Drill[] = [
  ...machines,
  ...networks,
  ...wholes,
  ...humanErrors,
  ...planned,
  ...moderators,
  ...returns,
  ...gray,
  ...long,
];

export function drillNamed(name: string): Drill | undefined {
  return drills.find((drill) => drill.name === name);
}
