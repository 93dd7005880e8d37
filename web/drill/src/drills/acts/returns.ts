// Primary comes back: with its disk, with an old one, with none.

import { makeFault } from '../../faults.ts';
import type { Course } from '../course.ts';
import type { Drill } from '../drill.ts';
import { cut, type Hazard, keepDisk, withDisk } from '../hazards.ts';
import { outage } from './outage.ts';

const scenario = 'Primary back';

function betweenCut({ primary, redundant }: Course): Hazard {
  const between = [primary.wires.dialled, redundant.wires.dialled];
  return cut(between, 'the link between the data centres is cut');
}

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
  {
    name: 'primary-returns-apart',
    story:
      'Primary returns, and the link between the data centres is cut: it lacks what was said without it',
    scenario,
    proves: 'the barrier: nobody fails back to a deployment that lacks what the other one held',
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    async act(course) {
      const gone = makeFault('kill', course.primary);
      const between = betweenCut(course);
      await course.strike(gone, 'primary');
      await course.active('redundant', 15_000);
      await course.calm(6_000);
      await course.strike(between);
      await course.repair(gone, 'primary is back');
      // Healthy for several times as long as the policy asks for.
      await course.calm(15_000);
      course.demand(
        course.activeNow === 'redundant',
        'Primary became active before it had what was said without it',
      );
      await course.repair(between, 'they reach each other again');
      await course.identical();
      await course.active('primary', 40_000);
    },
  },
  {
    name: 'disk-lost-while-apart',
    story:
      'the data centres do not reach each other; half of the visitors say one thing more and leave for good; then Primary is lost with its disk',
    scenario: 'data centre lost',
    proves: 'the give-back of what only browsers hold',
    promise: { addedP99Ms: 300 },
    async act(course) {
      const between = betweenCut(course);
      const burnt = withDisk(course.primary, 'nothing');
      await course.strike(between, 'primary');
      await course.calm(3_000);
      const leaving = course.company.visitors.slice(0, 6);
      course.note(`${leaving.length} visitors say one thing more, and leave`);
      await course.leave(leaving);
      await course.calm(1_000);
      await course.strike(burnt);
      await course.active('redundant', 15_000);
      await course.calm(4_000);
      await course.repair(between, 'a new line between them');
      await course.repair(burnt, 'Primary is built anew, with an empty disk');
      await course.identical();
      await course.active('primary', 40_000);
    },
  },
];
