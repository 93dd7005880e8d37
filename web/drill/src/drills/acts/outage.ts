// The plot that most drills share: something breaks, people go on talking, it is repaired, the deployments become identical, and where the
// preferred one had been left, it is active again.

import type { DeploymentName } from '@holdfast/core';
import { other } from '../../faults.ts';
import type { Course } from '../course.ts';
import type { Hazard } from '../hazards.ts';

export interface Outage {
  /** Whom it happens to. */
  readonly at: DeploymentName;
  /** Whether the other one has to take over. */
  readonly fails: boolean;
  readonly lastsMs?: number;
}

const switchMs = 15_000;
const returnMs = 40_000;

export async function outage(course: Course, hazard: Hazard, plot: Outage): Promise<void> {
  await course.strike(hazard, plot.at);
  await course.calm(plot.lastsMs ?? 8_000);
  if (plot.fails) await course.tookOver(other(plot.at), switchMs);
  await course.repair(hazard);
  await course.identical();
  if (plot.fails && course.failsBack) await course.active(plot.at, returnMs);
}
