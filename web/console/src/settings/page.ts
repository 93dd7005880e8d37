import type { OperatorRole } from '@holdfast/core';
import type { Desk } from '../desk.ts';

/** What every settings page is given. */
export interface PageProps {
  readonly desk: Desk;
  readonly role: OperatorRole | null;
  readonly nameOf: (author: string) => string;
}
