// States of the wire in the words of the page.

import type { Condition, DeploymentName, Maintenance, State } from './wire.ts';

export const titles: Readonly<Record<DeploymentName, string>> = {
  primary: 'Primary',
  redundant: 'Redundant',
};

export const conditions: Readonly<Record<Condition, string>> = {
  up: 'up',
  dead: 'dead',
  frozen: 'frozen',
  'cut-off': 'cut off',
  'coming-back': 'coming back',
};

const maintenances: Readonly<Record<Maintenance['step'], (of: string) => string>> = {
  off: () => 'Both are up and exchange everything.',
  beginning: (of) => `Maintenance of ${of} begins: its chats are handed over first.`,
  on: (of) => `${of} is in maintenance: it may be stopped and repaired.`,
  ending: (of) => `Maintenance of ${of} ends.`,
};

export function headline(state: State | null, ended: boolean): string {
  if (ended) return 'The demo has ended. Start it again with ./demo';
  if (state === null) return 'Connecting to the demo';
  if (state.phase === 'starting') return `${state.doing}…`;
  return state.active === null
    ? 'The Moderator has not spoken yet'
    : `${titles[state.active]} is active, epoch ${state.epoch}`;
}

export function subline(state: State | null, ended: boolean): string {
  if (ended || state === null || state.phase !== 'running') return '';
  const down = (['primary', 'redundant'] as const).filter((name) => {
    const { condition } = state.deployments[name];
    return condition !== 'up' && condition !== 'coming-back';
  });
  if (down.length === 2) {
    return 'Both are down: what people write waits in their browsers until one is back.';
  }
  const gone = down[0];
  if (gone !== undefined) {
    return `${titles[gone]} is ${conditions[state.deployments[gone].condition]}; the chats go on.`;
  }
  const { step, of } = state.maintenance;
  return maintenances[step](titles[of]);
}
