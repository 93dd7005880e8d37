// What ./demo tells its page, and what the page may ask of it. Times are wall milliseconds of the demo's process.

export type DeploymentName = 'primary' | 'redundant';

/** `coming-back`: repaired, but not yet ready or without all that the other one holds. */
export type Condition = 'up' | 'dead' | 'frozen' | 'cut-off' | 'coming-back';

export const orderNames = [
  'kill',
  'freeze',
  'cut-off',
  'bring-back',
  'begin-maintenance',
  'end-maintenance',
] as const;
export type OrderName = (typeof orderNames)[number];

export interface Order {
  readonly what: OrderName;
  readonly where: DeploymentName;
}

export interface DeploymentView {
  readonly condition: Condition;
  /** The Moderator's word; null while it has none. */
  readonly healthy: boolean | null;
  /** What can be done to it now. */
  readonly can: readonly OrderName[];
}

export interface Maintenance {
  readonly step: 'off' | 'beginning' | 'on' | 'ending';
  /** Which one is, was last, or would be out of service. */
  readonly of: DeploymentName;
}

export interface State {
  readonly phase: 'starting' | 'running' | 'ending';
  /** While starting: what is being done. */
  readonly doing: string;
  readonly pages: Pages | null;
  readonly active: DeploymentName | null;
  readonly epoch: number;
  readonly maintenance: Maintenance;
  /** Entries that one deployment holds and the other does not; null while nobody can tell. */
  readonly lag: number | null;
  readonly deployments: Readonly<Record<DeploymentName, DeploymentView>>;
  readonly counters: Counters;
}

export interface Pages {
  readonly shop: string;
  readonly console: string;
  readonly signIn: SignInWords;
}

export interface SignInWords {
  readonly site: string;
  readonly operator: string;
  readonly password: string;
}

/** Of the messages that two people write to each other without a pause, since the demo began. */
export interface Counters {
  readonly sent: number;
  readonly seen: number;
  /** Not seen although later ones of the same author were, and nobody is bringing them any more. */
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}

/** One message: when it was meant to be said, and how long until the other person saw it. */
export interface Sample {
  readonly at: number;
  readonly ms: number;
}

export interface Mark {
  readonly at: number;
  readonly kind: 'fault' | 'repair' | 'verdict';
  readonly text: string;
}

/** A line of the record. A later one with the same id replaces it. */
export interface Line {
  readonly id: number;
  readonly at: number;
  readonly who: 'you' | 'moderator' | 'demo';
  readonly text: string;
  /** What people noticed of it; '' when that is no question. */
  readonly noticed: string;
  /** Still being watched: `noticed` will change. */
  readonly open: boolean;
}

export type Tell =
  | { readonly t: 'state'; readonly state: State }
  | {
      readonly t: 'samples';
      readonly now: number;
      readonly samples: readonly Sample[];
      /** When those were said that nobody has seen yet. */
      readonly waiting: readonly number[];
    }
  | { readonly t: 'marks'; readonly marks: readonly Mark[] }
  | { readonly t: 'lines'; readonly lines: readonly Line[] };

/** Answer to an order that was not obeyed. */
export interface Refusal {
  readonly why: string;
}
