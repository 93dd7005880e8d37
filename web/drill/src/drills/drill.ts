// What a drill is: something breaks, is repaired, and people must not have noticed more than was promised.

import type { InstallOptions } from '../installation/installation.ts';
import type { Course } from './course.ts';

export interface Drill {
  readonly name: string;
  /** What happens, in a sentence. */
  readonly story: string;
  /** Row of the white paper's table (design, "The white paper's scenarios"). */
  readonly scenario: string;
  /** The mechanism without which this drill fails. */
  readonly proves: string;
  readonly promise: Promises;
  /** What is special about the installation. */
  readonly stage?: Partial<InstallOptions>;
  /** Between two messages of one person, for drills that last: a screen costs more the more is on it. */
  readonly everyMs?: number;
  /** What it needs of the machine beyond real processes and loopback addresses. */
  readonly needs?: readonly Need[];
  /** Two operators reach for each new visitor, who otherwise is the first one's. */
  readonly contested?: boolean;
  /** It takes long, so `all` leaves it out. */
  readonly alone?: boolean;
  act(course: Course): Promise<void>;
}

export type Need = 'root' | 'names' | 'certificates' | 'etcd' | 'older build';

/** What people may notice at most. Nothing is ever lost, doubled, reordered or forged; that needs no promise. */
export interface Promises {
  /** Between the first strike and the last repair: p99 of the delay that the fault adds to a message of warm clients. `none`: within noise. */
  readonly addedP99Ms?: number | 'none';
  /** The screens may say that no data centre is within reach, and must say so when it lasts. */
  readonly outOfReach?: boolean;
  /** From the strike until the other deployment is named by a verdict that people have heard. */
  readonly switchedMs?: number;
  /** Longest that a new visitor waits for an operator. */
  readonly newcomersMs?: number;
}
