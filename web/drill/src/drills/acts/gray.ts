// Failures that look like health: what answers is not what people need.

import type { Drill } from '../drill.ts';
import { cut } from '../hazards.ts';
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
];
