// An order as the page posts it: checked before anybody acts on it.

import { type Order, type OrderName, orderNames } from '@holdfast/panel';

/** The order, or what is wrong with it. */
export function readOrder(text: string): Order | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'body: no JSON';
  }
  if (typeof value !== 'object' || value === null) return 'body: must be an object';
  const { what, where } = value as { what?: unknown; where?: unknown };
  if (!orderNames.includes(what as OrderName)) return `what: one of ${orderNames.join(', ')}`;
  if (where !== 'primary' && where !== 'redundant') return 'where: primary or redundant';
  return { what: what as OrderName, where };
}
