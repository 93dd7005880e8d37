// What people do to their own machines.

import type { Drill } from '../drill.ts';
import { closedPort, droppedTable, wrongClock, wrongConfiguration } from '../hazards.ts';
import { outage } from './outage.ts';

const scenario =
  'human error inside one data centre (dropped table, wrong firewall rule, bad config, expired certificate)';
const failed =
  'a mistake in one data centre is a failed data centre, and the copy in the other one heals it';

export const humanErrors: readonly Drill[] = [
  {
    name: 'table-dropped',
    story: "the table of entries is dropped in Primary's journal, under the running server",
    scenario,
    proves: failed,
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    act: (course) => outage(course, droppedTable(course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'wrong-firewall-rule',
    story: "a firewall rule drops everything to Primary's port",
    scenario,
    proves: failed,
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    needs: ['root'],
    act: (course) => outage(course, closedPort(course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'wrong-configuration',
    story: 'Primary is restarted with a mistake in its configuration',
    scenario,
    proves: failed,
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    act: (course) =>
      outage(course, wrongConfiguration(course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'wrong-clock',
    story: "Primary's clock is set an hour ahead",
    scenario,
    proves: 'a node whose clock is off stops accepting and poisons nobody',
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    stage: { wishes: { primary: { fragile: true } } },
    act: (course) =>
      outage(course, wrongClock(course.primary, 3_600), { at: 'primary', fails: true }),
  },
  {
    name: 'certificate-expired',
    story: "Primary's certificate expires",
    scenario,
    proves: failed,
    promise: { addedP99Ms: 500 },
    needs: ['certificates'],
    async act(course) {
      const { installation } = course;
      const tomorrow = () => new Date(Date.now() + 86_400_000);
      await installation.certify('primary', new Date(Date.now() + 4_000));
      await course.calm(3_000);
      await course.strike(
        { story: "Primary's certificate expires", inflict: async () => {} },
        'primary',
      );
      await course.calm(3_000);
      await course.active('redundant', 20_000);
      await course.repair({ repair: () => installation.certify('primary', tomorrow()) }, 'renewed');
      await course.identical();
      await course.active('primary', 40_000);
    },
  },
  {
    name: 'human-error-across-both',
    story: 'the same wrong firewall rule is rolled out to both data centres, and taken back',
    scenario: 'human error across both, or both down',
    proves: 'outboxes keep everything until somebody has it, and screens say so',
    promise: { outOfReach: true },
    needs: ['root'],
    async act(course) {
      const [first, second] = [closedPort(course.primary), closedPort(course.redundant)];
      await course.strike(first, 'primary');
      await course.strike(second);
      await course.calm(16_000);
      course.demand(
        course.screensSaid.some((words) => words.includes('no data centre is within reach')),
        'no screen said that no data centre is within reach',
      );
      await course.repair(first, 'taken back at primary');
      await course.repair(second, 'taken back at redundant');
      await course.identical();
      await course.active('primary', 60_000);
    },
  },
];
