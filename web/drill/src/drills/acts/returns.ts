// Primary comes back: with its disk, with an old one, with none.

import { makeFault } from '../../faults.ts';
import type { Drill } from '../drill.ts';
import { keepDisk, withDisk } from '../hazards.ts';
import { outage } from './outage.ts';

const scenario = 'Primary back';

export const returns: readonly Drill[] = [
  {
    name: 'primary-returns',
    story: 'Primary returns with its disk after half a minute of chats without it',
    scenario,
    proves: 'the peer link: interval sets say exactly what is missing',
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    act: (course) =>
      outage(course, makeFault('kill', course.primary), {
        at: 'primary',
        fails: true,
        lastsMs: 30_000,
      }),
  },
  {
    name: 'primary-returns-empty',
    story: 'Primary returns with an empty disk',
    scenario,
    proves:
      'an empty node waits for all settings of its peer; history is whole before it is active',
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    act: (course) =>
      outage(course, withDisk(course.primary, 'nothing'), { at: 'primary', fails: true }),
  },
  {
    name: 'primary-returns-old',
    story: 'Primary returns with a copy of its disk that is older than what people were told',
    scenario,
    proves: 'an origin is never used again: a disk that went back comes up as a new incarnation',
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    async act(course) {
      const copy = keepDisk(course.primary, course.installation.dir);
      course.note("a copy of Primary's disk is made");
      await course.calm(6_000);
      await outage(course, withDisk(course.primary, copy), { at: 'primary', fails: true });
    },
  },
];
