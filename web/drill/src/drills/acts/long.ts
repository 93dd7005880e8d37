// Drills that take an hour's part, to be run alone: holdfast drill run no-false-failover

import { spawn } from 'node:child_process';
import { packets } from '../../faults.ts';
import type { Drill } from '../drill.ts';
import type { Hazard } from '../hazards.ts';

/** Processes that take all the time that the machine's processors give them. */
function starvation(processes: number): Hazard {
  const burners: ReturnType<typeof spawn>[] = [];
  return {
    story: `${processes} processes that want all of the machine's processors`,
    async inflict() {
      for (let i = 0; i < processes; i += 1)
        burners.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
      process.once('exit', () => {
        for (const burner of burners) burner.kill('SIGKILL');
      });
    },
    async repair() {
      for (const burner of burners) burner.kill('SIGKILL');
    },
  };
}

const cycleMs = 10_000;

export const long: readonly Drill[] = [
  {
    name: 'no-false-failover',
    story:
      'for half an hour 2 % of all packets are lost, the processors are taken, and the Moderator stands still again and again',
    scenario: 'moderator failed',
    proves: 'a Moderator that cannot judge abstains, and one signal moves nobody',
    promise: {},
    // What is promised is promised of it: with the thresholds of the other drills, one second of no processor is a failure.
    stage: { profile: 'production' },
    everyMs: 8_000,
    needs: ['root'],
    alone: true,
    async act(course) {
      const [moderator] = course.installation.moderators;
      if (moderator === undefined) throw new Error('there is no Moderator here');
      const lossy = packets(course.primary, 'loss', 'numgen random mod 50 0 drop', {
        story: '2 % of all packets are lost',
      });
      const starved = starvation(3);
      await course.strike(lossy);
      await course.strike(starved);
      const cycles = course.times ?? 180;
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        const pauseMs = 500 + 4_500 * Math.random();
        moderator.freeze();
        await course.calm(pauseMs);
        moderator.thaw();
        await course.calm(cycleMs - pauseMs);
      }
      course.demand(course.verdicts === 0, `${course.verdicts} verdicts although nothing failed`);
      await course.repair(starved, 'the processors are free');
      await course.repair(lossy, 'no more packets are lost');
      await course.identical(60_000);
    },
  },
];
