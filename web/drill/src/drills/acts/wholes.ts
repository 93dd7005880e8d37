// A whole data centre: active or standby, in the middle of chats or not; and both.

import { makeFault } from '../../faults.ts';
import type { Drill } from '../drill.ts';
import { lost } from '../hazards.ts';
import { outage } from './outage.ts';

const scenario = 'data centre lost, active failed, also mid-chat';
const shared = 'two links, the hedge, and the give-back of what only browsers hold';

export const wholes: readonly Drill[] = [
  {
    name: 'data-centre-killed',
    story:
      'the active data centre fails in the middle of chats: its machines are gone, connections are reset',
    scenario,
    proves: shared,
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    act: (course) =>
      outage(course, makeFault('kill', course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'data-centre-lost',
    story: 'the active data centre loses its power: processes and network at once, no goodbye',
    scenario,
    proves: shared,
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    needs: ['root'],
    act: (course) => outage(course, lost(course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'data-centre-blackholed',
    story: 'the network of the active data centre swallows every packet: no FIN, no RST',
    scenario,
    proves: shared,
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    needs: ['root'],
    act: (course) =>
      outage(course, makeFault('blackhole', course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'active-fails-idle',
    story: 'the active data centre fails while nobody writes; then everybody does',
    scenario,
    proves: 'idle links are watched by heartbeats, so that the first message finds one that works',
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    async act(course) {
      course.silence(true);
      await course.calm(3_000);
      const gone = makeFault('kill', course.primary);
      await course.strike(gone, 'primary');
      await course.calm(4_000);
      course.silence(false);
      await course.calm(6_000);
      await course.active('redundant', 15_000);
      await course.repair(gone);
      await course.identical();
      await course.active('primary', 40_000);
    },
  },
  {
    name: 'standby-fails',
    story: 'the standby data centre fails',
    scenario: 'standby failed',
    proves: 'nothing waits for the second copy: `safe` comes when it can',
    promise: { addedP99Ms: 'none' },
    async act(course) {
      await outage(course, makeFault('kill', course.redundant), { at: 'redundant', fails: false });
      course.demand(course.activeNow === 'primary', 'the verdict changed for a standby');
    },
  },
  {
    name: 'standby-blackholed',
    story: 'the network of the standby swallows every packet',
    scenario: 'standby failed',
    proves: 'nothing waits for the second copy',
    promise: { addedP99Ms: 'none' },
    needs: ['root'],
    async act(course) {
      await outage(course, makeFault('blackhole', course.redundant), {
        at: 'redundant',
        fails: false,
      });
      course.demand(course.activeNow === 'primary', 'the verdict changed for a standby');
    },
  },
  {
    name: 'both-down',
    story: 'both data centres are down; after a while one returns, then the other',
    scenario: 'human error across both, or both down',
    proves: 'outboxes keep everything until somebody has it, and screens say so',
    promise: { outOfReach: true },
    async act(course) {
      const first = makeFault('kill', course.primary);
      const second = makeFault('kill', course.redundant);
      await course.strike(first, 'primary');
      await course.strike(second);
      await course.calm(14_000);
      course.demand(
        course.screensSaid.some((words) => words.includes('no data centre is within reach')),
        'no screen said that no data centre is within reach',
      );
      await course.repair(second, 'redundant is back');
      await course.calm(6_000);
      await course.repair(first, 'primary is back');
      await course.identical();
      await course.active('primary', 60_000);
    },
  },
];
