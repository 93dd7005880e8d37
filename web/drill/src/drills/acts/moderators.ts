// The Moderator fails: alone, and around the failure of a data centre.

import { makeFault } from '../../faults.ts';
import type { Program } from '../../process.ts';
import type { Course } from '../course.ts';
import type { Drill } from '../drill.ts';
import { type Hazard, killed } from '../hazards.ts';
import { outage } from './outage.ts';

const scenario = 'moderator failed';
const bypassed = 'the Moderator is not in the data path: bypass changes the transport only';

function moderatorOf(course: Course, nth = 1): Program {
  const moderator = course.installation.moderators[nth - 1];
  if (moderator === undefined) throw new Error(`there is no Moderator ${nth} here`);
  return moderator;
}

function moderatorKilled(course: Course): Hazard {
  return killed(moderatorOf(course), 'the Moderator');
}

export const moderators: readonly Drill[] = [
  {
    name: 'moderator-fails',
    story: 'the Moderator is killed, and started again',
    scenario,
    proves: bypassed,
    promise: { addedP99Ms: 'none' },
    async act(course) {
      await outage(course, moderatorKilled(course), { at: 'primary', fails: false });
      course.demand(course.activeNow === 'primary', 'the verdict changed');
    },
  },
  {
    name: 'moderator-fails-before',
    story: 'the Moderator is dead when the active data centre fails',
    scenario,
    proves: bypassed,
    promise: { addedP99Ms: 300, newcomersMs: 20_000 },
    async act(course) {
      const silent = moderatorKilled(course);
      const gone = makeFault('kill', course.primary);
      course.note('the Moderator is killed');
      await silent.inflict();
      await course.calm(3_000);
      await course.strike(gone, 'primary');
      await course.calm(12_000);
      await course.repair(gone);
      await course.identical();
      course.note('the Moderator is started again');
      await silent.repair();
      await course.calm(3_000);
    },
  },
  {
    name: 'moderator-fails-during',
    story: 'the Moderator is killed in the moment at which the active data centre fails',
    scenario,
    proves: bypassed,
    promise: { addedP99Ms: 300, newcomersMs: 20_000 },
    async act(course) {
      const silent = moderatorKilled(course);
      const gone = makeFault('kill', course.primary);
      await course.strike(gone, 'primary');
      await course.strike(silent);
      await course.calm(10_000);
      await course.repair(silent, 'the Moderator is back');
      await course.active('redundant', 20_000);
      await course.repair(gone, 'primary is back');
      await course.identical();
      await course.active('primary', 40_000);
    },
  },
  {
    name: 'moderator-fails-after',
    story: 'the Moderator is killed after it has moved everybody, and is away when Primary returns',
    scenario,
    proves: 'the last verdict stays until a higher one is heard',
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    async act(course) {
      const silent = moderatorKilled(course);
      const gone = makeFault('kill', course.primary);
      await course.strike(gone, 'primary');
      await course.active('redundant', 15_000);
      await course.strike(silent);
      await course.calm(3_000);
      await course.repair(gone, 'primary is back');
      await course.identical();
      await course.calm(4_000);
      course.demand(course.activeNow === 'redundant', 'somebody failed back without a Moderator');
      await course.repair(silent, 'the Moderator is back');
      await course.active('primary', 40_000);
    },
  },
  {
    name: 'moderator-frozen',
    story: 'the Moderator stands still for ten seconds, and wakes up with a heap of time-outs',
    scenario,
    proves: 'after a pause it abstains until it has looked again',
    promise: { addedP99Ms: 'none' },
    async act(course) {
      const moderator = moderatorOf(course);
      const asleep: Hazard = {
        story: 'the Moderator stands still (SIGSTOP)',
        inflict: async () => moderator.freeze(),
        repair: async () => moderator.thaw(),
      };
      await course.strike(asleep);
      await course.calm(10_000);
      await course.repair(asleep, 'it wakes up');
      await course.calm(6_000);
      course.demand(course.activeNow === 'primary', 'it moved everybody after its pause');
    },
  },
  {
    name: 'one-of-two-moderators-fails',
    story: 'one of two Moderators is killed; then the active data centre fails',
    scenario,
    proves: 'several Moderators share one epoch: whoever is left moves everybody, once',
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    stage: { moderators: 2 },
    needs: ['etcd'],
    async act(course) {
      const first = killed(moderatorOf(course, 1), 'the first of two Moderators');
      const gone = makeFault('kill', course.primary);
      course.note(first.story);
      await first.inflict();
      await course.calm(3_000);
      await course.strike(gone, 'primary');
      await course.active('redundant', 15_000);
      await course.calm(4_000);
      course.note('the first Moderator is started again');
      await first.repair();
      await course.repair(gone, 'primary is back');
      await course.identical();
      await course.active('primary', 40_000);
      course.demand(course.verdicts === 2, `${course.verdicts} verdicts for one failure`);
    },
  },
  {
    name: 'all-moderators-fail',
    story: 'both Moderators and their record are gone when the active data centre fails',
    scenario: 'moderator failed',
    proves: bypassed,
    promise: { addedP99Ms: 300, newcomersMs: 20_000 },
    stage: { moderators: 2 },
    needs: ['etcd'],
    async act(course) {
      const { etcd } = course.installation;
      if (etcd === undefined) throw new Error('there is no record here');
      const silent = [
        killed(moderatorOf(course, 1), 'the first Moderator'),
        killed(moderatorOf(course, 2), 'the second Moderator'),
      ];
      const gone = makeFault('kill', course.primary);
      course.note('both Moderators and their etcd are killed');
      await etcd.kill();
      for (const one of silent) await one.inflict();
      await course.calm(3_000);
      await course.strike(gone, 'primary');
      await course.calm(12_000);
      await course.repair(gone, 'primary is back');
      await course.identical();
      course.note('etcd and both Moderators are started again');
      etcd.start();
      await etcd.ready();
      for (const one of silent) await one.repair();
      await course.calm(4_000);
      course.demand(course.activeNow === 'primary', 'the verdict changed');
    },
  },
];
