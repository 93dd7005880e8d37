// Registers put together again: the operators and webhooks that they describe.
import type { OperatorRole, RegisterView, SettingsView } from '@holdfast/core';
import { asRole } from '../permissions.ts';

export interface OperatorEntity {
  /** `o:…` */
  readonly author: string;
  /** What they sign in with. */
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly active: boolean;
}

export interface WebhookEntity {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly hasSecret: boolean;
}

type Fields = ReadonlyMap<string, RegisterView>;

/** By name; those who may not sign in come last. */
export function operatorsOf(settings: SettingsView): OperatorEntity[] {
  return entities(settings, 'operator:')
    .map(([id, fields]) => ({
      author: `o:${id}`,
      id,
      name: textIn(fields, 'name') || id,
      role: asRole(valueIn(fields, 'role')),
      active: valueIn(fields, 'active') !== false,
    }))
    .sort((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name));
}

/** In the order in which they were made, as far as their ids tell; those that are switched off come last. */
export function webhooksOf(settings: SettingsView): WebhookEntity[] {
  return entities(settings, 'webhook:')
    .map(([id, fields]) => ({
      id,
      url: textIn(fields, 'url'),
      events: listIn(fields, 'events'),
      active: valueIn(fields, 'active') !== false,
      hasSecret: fields.has('secret'),
    }))
    .sort((a, b) => Number(b.active) - Number(a.active) || (a.id < b.id ? -1 : 1));
}

/** Is this the only one left who can give roles to owners? */
export function isLastOwner(all: readonly OperatorEntity[], author: string): boolean {
  const owners = all.filter(({ role, active }) => role === 'owner' && active);
  return owners.length === 1 && owners[0]?.author === author;
}

function entities({ registers }: SettingsView, kind: string): [string, Fields][] {
  const all = new Map<string, Map<string, RegisterView>>();
  for (const register of registers.values()) {
    const { entity, field } = register;
    if (!entity.startsWith(kind)) continue;
    const id = entity.slice(kind.length);
    all.set(id, (all.get(id) ?? new Map<string, RegisterView>()).set(field, register));
  }
  return [...all];
}

function valueIn(fields: Fields, field: string): unknown {
  return fields.get(field)?.value;
}

function textIn(fields: Fields, field: string): string {
  const value = valueIn(fields, field);
  return typeof value === 'string' ? value : '';
}

function listIn(fields: Fields, field: string): string[] {
  const value = valueIn(fields, field);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
