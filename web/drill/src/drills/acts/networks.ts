// Network devices and names.

import { makeFault } from '../../faults.ts';
import type { Course } from '../course.ts';
import type { Drill } from '../drill.ts';
import { cut, deaf, type Hazard } from '../hazards.ts';
import { domains, hostName } from '../names.ts';
import { outage } from './outage.ts';

const scenario = 'network device (redundant / not)';

export const networks: readonly Drill[] = [
  {
    name: 'network-device-redundant',
    story: 'one of two paths to Primary is gone: the router in front of the first of its addresses',
    scenario,
    proves:
      'the next address of the same deployment is tried, and the other link carries meanwhile',
    promise: { addedP99Ms: 300 },
    stage: { wishes: { primary: { paths: 2 }, redundant: { paths: 2 } } },
    async act(course) {
      const [first] = course.primary.wires.people;
      if (first === undefined) throw new Error('primary has no address');
      const gone = cut([first], "the first of Primary's two paths is cut");
      await outage(course, gone, { at: 'primary', fails: false });
      course.demand(
        course.activeNow === 'primary',
        'the verdict changed for a path that had a twin',
      );
    },
  },
  {
    name: 'network-device',
    story: 'the only path to Primary is gone',
    scenario,
    proves: 'the second link',
    promise: { addedP99Ms: 300, switchedMs: 5_000 },
    act: (course) =>
      outage(
        course,
        cut(course.primary.cables, "Primary's only path is cut, every connection is reset"),
        {
          at: 'primary',
          fails: true,
        },
      ),
  },
  {
    name: 'one-way-loss',
    story: 'packets to Primary are lost, packets from it arrive',
    scenario,
    proves: 'liveness is judged by what is acknowledged, not by what can be sent',
    promise: { addedP99Ms: 500, switchedMs: 8_000 },
    needs: ['root'],
    act: (course) => outage(course, deaf(course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'name-server-fails',
    story:
      'each data centre has two names on two domains; the name server of one domain dies, then everybody has to connect again',
    scenario: 'one DNS server failed',
    proves: 'every name twice: the other name of the deployment is tried',
    promise: { addedP99Ms: 1_500 },
    stage: { wishes: { primary: { paths: 2 }, redundant: { paths: 2 } }, hostOf: hostName },
    needs: ['names'],
    act(course) {
      const server = course.names?.servers.get(domains[0]);
      if (server === undefined) throw new Error('this drill has no name servers');
      return namesLost(course, {
        story: `the only name server of ${domains[0]} is killed`,
        inflict: () => server.kill(),
        repair: async () => server.start(),
      });
    },
  },
  {
    name: 'zone-emptied',
    story:
      'each data centre has two names on two domains; somebody empties the zone of one of them, then everybody has to connect again',
    scenario: 'one DNS server failed',
    proves: 'every name twice: a name that is not known is no reason to give up the deployment',
    promise: { addedP99Ms: 1_500 },
    stage: { wishes: { primary: { paths: 2 }, redundant: { paths: 2 } }, hostOf: hostName },
    needs: ['names'],
    act(course) {
      const { names } = course;
      if (names === null) throw new Error('this drill has no name servers');
      return namesLost(course, {
        story: `the name server of ${domains[0]} answers, and knows no host`,
        inflict: () => names.empty(domains[0]),
        repair: () => names.refill(domains[0]),
      });
    },
  },
  {
    name: 'peer-link-cut',
    story: 'the data centres do not reach each other; people and Moderator reach both',
    scenario,
    proves: 'browsers with links to both carry what the peer link does not',
    promise: { addedP99Ms: 'none' },
    async act(course) {
      const { primary, redundant } = course;
      const between = [primary.wires.dialled, redundant.wires.dialled];
      await outage(course, cut(between, 'the link between the data centres is cut'), {
        at: 'primary',
        fails: false,
      });
      course.demand(course.activeNow === 'primary', 'the verdict changed for a cut peer link');
    },
  },
  {
    name: 'two-take-one-chat',
    story:
      'the network of one operator does not reach Primary; this operator and a colleague reach for the same new chats at the same moment, one over each data centre',
    scenario,
    proves: 'the fence: only the active deployment decides, and the other one asks it',
    promise: { addedP99Ms: 300 },
    contested: true,
    async act(course) {
      const [, second] = course.company.operators;
      if (second === undefined) throw new Error('one operator takes no chat from another');
      const gone: Hazard = {
        story: "one operator's network does not reach Primary",
        inflict: async () => second.reach.cut(course.installation.urls.primary),
        repair: async () => second.reach.mend(),
      };
      await outage(course, gone, { at: 'primary', fails: false, lastsMs: 16_000 });
      course.demand(course.activeNow === 'primary', 'the verdict changed for one person');
    },
  },
  {
    name: 'flapping-network',
    story: "Primary's network comes and goes every few seconds, for a minute",
    scenario,
    proves: 'one way of sending is always tried beside the other; the policy fails back slowly',
    promise: { addedP99Ms: 700 },
    everyMs: 1_600,
    needs: ['root'],
    async act(course) {
      const gone = makeFault('blackhole', course.primary);
      for (let flap = 0; flap < 12; flap += 1) {
        await course.strike(gone, 'primary');
        await course.calm(1_500 + 2_000 * Math.random());
        await course.repair(gone);
        await course.calm(1_000 + 2_000 * Math.random());
      }
      await course.identical();
      await course.active('primary', 60_000);
    },
  },
];

/** Names alone hurt nobody who is connected: so everybody has to connect again while they are gone. */
async function namesLost(course: Course, gone: Hazard): Promise<void> {
  const { primary, redundant } = course;
  const blip = cut(
    [...primary.wires.people, ...redundant.wires.people],
    'every connection of everybody is reset',
  );
  await course.strike(gone);
  await course.calm(4_000);
  await course.strike(blip);
  await course.repair(blip, 'they may connect again');
  await course.calm(8_000);
  await course.repair(gone, 'the names are back');
  await course.identical();
  course.demand(course.activeNow === 'primary', 'the verdict changed for a name');
}
