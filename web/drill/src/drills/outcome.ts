// What a drill found, and the verdict on it.

import type { DeploymentName } from '@holdfast/core';
import type { JournalFindings } from '../journals.ts';
import type { Quantiles } from '../quantiles.ts';
import type { Promises } from './drill.ts';

/** Times of an outcome are ms since people began to talk. */
export interface Mark {
  readonly atMs: number;
  readonly kind: 'strike' | 'repair' | 'verdict' | 'note';
  readonly words: string;
}

export interface VerdictHeard {
  readonly atMs: number;
  readonly epoch: number;
  readonly active: DeploymentName;
}

export interface Message {
  readonly atMs: number;
  /** null: the other party has never seen it. */
  readonly delayMs: number | null;
  readonly by: 'visitor' | 'operator';
}

export interface Findings {
  readonly drill: string;
  readonly story: string;
  readonly scenario: string;
  readonly proves: string;
  readonly promise: Promises;
  /** ISO 8601, UTC. */
  readonly began: string;
  /** What `holdfast version` says. */
  readonly version: string;
  readonly sent: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly forged: number;
  readonly screensDiffering: number;
  /** Not in both deployments at the end. */
  readonly unsafe: number;
  readonly before: Quantiles;
  /** From the first strike to the last repair. */
  readonly during: Quantiles;
  readonly after: Quantiles;
  /** p99 during − p50 before; null when nothing was said during it. */
  readonly addedP99Ms: number | null;
  /** Between two messages that a person was shown, while the other one kept talking. */
  readonly silenceMs: { readonly visitor: number; readonly operator: number };
  readonly newcomers: Newcomers;
  /** What screens told people, e.g. that no data centre is within reach. */
  readonly screens: readonly string[];
  readonly verdicts: readonly VerdictHeard[];
  readonly detectedMs: number | null;
  readonly switchedMs: number | null;
  readonly identicalMs: number | null;
  readonly hedges: number;
  readonly hedgesWon: number;
  readonly givenBack: number;
  /** null: no Moderator answered at the end. */
  readonly audit: Audit | null;
  /** null: they are not ours to read. */
  readonly journals: JournalFindings | null;
  readonly complaints: readonly string[];
  /** Demands of the drill itself that were not met. */
  readonly unmet: readonly string[];
  readonly marks: readonly Mark[];
  readonly messages: readonly Message[];
}

/** Of synthetic messages (docs/record.md), since the Moderators began. */
export interface Audit {
  /** What both deployments had promised to hold, and one of them still knew when it was asked later. */
  readonly kept: number;
  /** Neither did. */
  readonly lost: number;
  /** Stood in a synthetic chat, and nobody had said it. */
  readonly unsaid: number;
}

export interface Newcomers {
  readonly came: number;
  readonly served: number;
  /** Until an operator had the chat; of those that were served. */
  readonly longestMs: number;
  /** Chats that two operators were told that they have. */
  readonly grantedTwice: number;
}

export interface Outcome extends Findings {
  /** Empty: people would not have noticed what they must not. */
  readonly failures: readonly string[];
}

/** A rise that nobody could tell from the noise of the machine. */
const noiseMs = 60;

/** `limits` false: the figures are told and not judged, for machines that are busy with something else. */
export function judge(findings: Findings, limits: boolean): Outcome {
  const failures = [...harm(findings), ...findings.unmet];
  if (limits) failures.push(...noticed(findings));
  return { ...findings, failures };
}

function harm(found: Findings): string[] {
  const failures: string[] = [];
  const demand = (held: boolean, words: string) => {
    if (!held) failures.push(words);
  };
  demand(found.sent > 0, 'nobody said anything');
  demand(found.lost === 0, `${found.lost} messages lost`);
  demand(found.doubled === 0, `${found.doubled} messages doubled`);
  demand(found.reordered === 0, `${found.reordered} messages reordered`);
  demand(found.forged === 0, `${found.forged} messages that nobody said`);
  demand(found.screensDiffering === 0, `${found.screensDiffering} chats whose screens differ`);
  demand(found.unsafe === 0, `${found.unsafe} messages that are not in both deployments`);
  const { lost, unsaid } = found.audit ?? { lost: 0, unsaid: 0 };
  demand(lost === 0, `${lost} synthetic messages lost that both had promised to hold`);
  demand(unsaid === 0, `${unsaid} synthetic messages that nobody said`);
  if (found.journals !== null) {
    demand(found.journals.same, `journals differ: ${found.journals.difference}`);
    demand(
      found.journals.missing === 0,
      `${found.journals.missing} messages do not stand in both journals`,
    );
    demand(found.identicalMs !== null, 'the deployments did not become identical');
  }
  const { came, served, grantedTwice } = found.newcomers;
  demand(grantedTwice === 0, `${grantedTwice} new visitors were given to two operators`);
  demand(served === came, `${came - served} of ${came} new visitors were never served`);
  if (!found.promise.outOfReach)
    demand(found.screens.length === 0, `screens said: ${found.screens.slice(0, 3).join('; ')}`);
  return failures;
}

function noticed({ promise, ...found }: Findings): string[] {
  const failures: string[] = [];
  const within = (what: string, ms: number | null, limit: number | undefined) => {
    if (limit !== undefined && (ms === null || ms > limit))
      failures.push(
        `${what} ${ms === null ? 'never' : `${Math.round(ms)} ms`}, promised ${limit} ms`,
      );
  };
  within('delay added (p99)', found.addedP99Ms, addedLimit(promise, found.before));
  within('switched after', found.switchedMs, promise.switchedMs);
  within('a new visitor waited', found.newcomers.longestMs, promise.newcomersMs);
  return failures;
}

function addedLimit({ addedP99Ms }: Promises, before: Quantiles): number | undefined {
  return addedP99Ms === 'none' ? Math.round(before.p99 - before.p50 + noiseMs) : addedP99Ms;
}
