// Failures that look like health: what answers is not what people need.

import type { Drill } from '../drill.ts';
import { cut, mute, slowDisk } from '../hazards.ts';
import { outage } from './outage.ts';

export const gray: readonly Drill[] = [
  {
    name: 'people-cut-off',
    story: 'nobody among the people reaches Primary any more, while the Moderator and the peer do',
    scenario: 'network device (redundant / not)',
    proves: 'the second link: people need no verdict to go on',
    promise: { addedP99Ms: 300 },
    act: (course) =>
      outage(
        course,
        cut(course.primary.wires.people, 'people are cut off from Primary; the Moderator is not'),
        {
          at: 'primary',
          fails: false,
        },
      ),
  },
  {
    name: 'delivers-to-nobody',
    story: 'Primary takes and acknowledges what people say, and shows it to nobody',
    scenario: 'disk, fan, NIC, board, CPU, server of one node',
    proves: 'both links deliver; a synthetic chat is a chat only when the other one sees it',
    promise: { addedP99Ms: 300, switchedMs: 8_000 },
    stage: { wishes: { primary: { legible: true } } },
    act: (course) => outage(course, mute(course.primary), { at: 'primary', fails: true }),
  },
  {
    name: 'disk-slow',
    story: "every sync of Primary's disk takes five seconds; its process is well and answers",
    scenario: 'disk, fan, NIC, board, CPU, server of one node',
    proves:
      'the hedge: what the first link does not acknowledge goes over the other; the time of a write is a signal',
    promise: { addedP99Ms: 500, switchedMs: 12_000 },
    stage: { wishes: { primary: { fragile: true } } },
    act: (course) => outage(course, slowDisk(course.primary, 5), { at: 'primary', fails: true }),
  },
];
