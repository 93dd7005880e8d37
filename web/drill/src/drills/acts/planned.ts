// What is done on purpose: maintenance, an upgrade, a switch, a switch again and again, everybody at once.

import type { DeploymentName } from '@holdfast/core';
import { makeFault, other } from '../../faults.ts';
import { olderProgram } from '../../paths.ts';
import type { Course } from '../course.ts';
import type { Drill } from '../drill.ts';
import { cut } from '../hazards.ts';

const maintained = 'the barrier: nothing is active before it holds what the other one held';

/** As in docs/moderator.md: begin, stop, whatever is to be done, start, end. */
async function maintain(
  course: Course,
  name: DeploymentName,
  work: () => Promise<void>,
): Promise<void> {
  const { program } = name === 'primary' ? course.primary : course.redundant;
  const said = await course.order('maintenance', 'begin', name);
  course.demand(said.includes('safe to stop'), `maintenance of ${name} said: ${said.trim()}`);
  course.demand(course.activeNow !== name, `${name} is in maintenance and active`);
  await program.stop();
  course.note(`${name} is stopped`);
  await course.calm(4_000);
  await work();
  program.start();
  await program.ready();
  course.note(`${name} runs again`);
  await course.order('maintenance', 'end', name);
}

export const planned: readonly Drill[] = [
  {
    name: 'maintenance',
    story: 'Primary is taken out of service, stopped, and given back',
    scenario: 'hardware upgrade, software upgrade, patch',
    proves: maintained,
    promise: { addedP99Ms: 100, switchedMs: 1_000 },
    async act(course) {
      await course.strike(
        { story: 'maintenance of Primary begins', inflict: async () => {} },
        'primary',
      );
      await maintain(course, 'primary', async () => {});
      await course.repair({ repair: async () => {} }, 'maintenance is over');
      await course.identical();
      await course.active('primary', 40_000);
    },
  },
  {
    name: 'upgrade',
    story:
      'both data centres run the version before; first the standby is upgraded, then the active one',
    scenario: 'hardware upgrade, software upgrade, patch',
    proves: 'versions N-1 and N lose nothing of each other’s',
    promise: { addedP99Ms: 100 },
    needs: ['older build'],
    stage: { wishes: { primary: { program: olderProgram }, redundant: { program: olderProgram } } },
    async act(course) {
      await course.strike({ story: 'the upgrade begins', inflict: async () => {} });
      for (const name of ['redundant', 'primary'] as const)
        await maintain(course, name, async () => course.upgrade(name));
      await course.repair({ repair: async () => {} }, 'both are upgraded');
      await course.identical();
      await course.active('primary', 40_000);
    },
  },
  {
    name: 'needless-switches',
    story: 'the active deployment is switched every second or so, thirty times',
    scenario: 'active failed, also mid-chat',
    proves: 'a failover moves no data and promotes nobody: a needless one costs nothing',
    promise: { addedP99Ms: 100 },
    everyMs: 1_600,
    async act(course) {
      const times = course.times ?? 30;
      for (let i = 0; i < times; i += 1) {
        const to = other(course.activeNow);
        await course.strike({
          story: `somebody switches to ${to}`,
          inflict: async () => void (await course.order('switch', '--to', to)),
        });
        await course.active(to, 5_000);
        await course.calm(1_000);
      }
      await course.repair({ repair: async () => {} }, 'no more switches');
      await course.identical();
    },
  },
  {
    name: 'reconnect-storm',
    story: 'every connection of everybody to both data centres is reset at the same moment',
    scenario: 'network device (redundant / not)',
    proves: 'full jitter, and the outbox',
    promise: { addedP99Ms: 1_500 },
    async act(course) {
      const { primary, redundant } = course;
      const all = [...primary.wires.people, ...redundant.wires.people];
      const storm = cut(all, 'every connection of everybody is reset');
      await course.strike(storm);
      await course.repair(storm);
      await course.calm(6_000);
      await course.identical();
    },
  },
  {
    name: 'failover-during-failback',
    story: 'Primary fails again at the very moment at which it becomes active again',
    scenario: 'Primary back',
    proves: 'the epoch: of two verdicts the higher one counts, and nothing else ever does',
    promise: { addedP99Ms: 500 },
    async act(course) {
      const gone = makeFault('kill', course.primary);
      await course.strike(gone, 'primary');
      await course.active('redundant', 15_000);
      await course.repair(gone, 'primary is back');
      await course.active('primary', 40_000);
      await course.strike(gone, 'primary');
      await course.active('redundant', 15_000);
      await course.calm(4_000);
      await course.repair(gone, 'primary is back for good');
      await course.identical();
      await course.active('primary', 60_000);
    },
  },
];
