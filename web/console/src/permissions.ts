// Who may do what: docs/protocol.md §6, "Roles". The nodes enforce it (src/chat/permissions.h); here it decides what is shown.
import type { OperatorRole } from '@holdfast/core';

export const roles: readonly OperatorRole[] = ['operator', 'supervisor', 'admin', 'owner'];

export type Action =
  | 'changeSelf'
  | 'directOthers'
  | 'writeSiteTexts'
  | 'writeSite'
  | 'writeWebhooks'
  | 'manageOperators'
  | 'manageAdmins';

const leastFor: Readonly<Record<Action, OperatorRole>> = {
  changeSelf: 'operator',
  directOthers: 'supervisor',
  writeSiteTexts: 'supervisor',
  writeSite: 'admin',
  writeWebhooks: 'admin',
  manageOperators: 'admin',
  manageAdmins: 'owner',
};

/** null, a role that is not known (yet): the least. */
export function may(role: OperatorRole | null, action: Action): boolean {
  return roles.indexOf(role ?? 'operator') >= roles.indexOf(leastFor[action]);
}

/** Change somebody of this role, or give it to somebody. */
export function mayManage(role: OperatorRole | null, theirs: OperatorRole): boolean {
  return may(role, theirs === 'admin' || theirs === 'owner' ? 'manageAdmins' : 'manageOperators');
}

export function asRole(value: unknown): OperatorRole {
  return roles.find((role) => role === value) ?? 'operator';
}
