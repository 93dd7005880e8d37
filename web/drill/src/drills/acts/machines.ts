// One machine: its process, its disk.

import { makeFault } from '../../faults.ts';
import type { Drill } from '../drill.ts';
import { failingDisk, fullDisk, killed } from '../hazards.ts';
import { outage } from './outage.ts';

const scenario = 'disk, fan, NIC, board, CPU, server of one node';
const hedged =
  'the second link and the hedge: what the first link does not acknowledge goes over the other';

export const machines: readonly Drill[] = [
  {
    name: 'process-killed',
    story: "Primary's process is killed, its machine goes on",
    scenario,
    proves: hedged,
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    act: (course) =>
      outage(course, killed(course.primary.program, 'primary'), { at: 'primary', fails: true }),
  },
  {
    name: 'process-frozen',
    story: "Primary's process stands still, its kernel goes on acknowledging",
    scenario,
    proves: hedged,
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    act: (course) =>
      outage(course, makeFault('freeze', course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'disk-full',
    story: "Primary's disk is full",
    scenario,
    proves: 'a node whose journal fails stops accepting and sends its clients away',
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    stage: { wishes: { primary: { diskMb: 64 } } },
    needs: ['root'],
    act: (course) => outage(course, fullDisk(course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'disk-failing',
    story: "every sync of Primary's disk fails",
    scenario,
    proves: 'nothing is acknowledged that was not synced; a node whose sync failed begins anew',
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    stage: { wishes: { primary: { fragile: true } } },
    act: (course) => outage(course, failingDisk(course.primary), { at: 'primary', fails: true }),
  },
];
