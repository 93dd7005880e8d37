// What this operator may do here. Known from the last time while no data centre has said it yet, so that nothing jumps at a reload.
import type { OperatorRole } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import { useEffect } from 'preact/hooks';
import type { Desk } from './desk.ts';
import { keep, readKept } from './kept.ts';
import { roles } from './permissions.ts';

export function useRole({ client }: Desk): OperatorRole | null {
  const name = `role:${client.author}`;
  const told = useWatched(client.role);
  useEffect(() => {
    if (told !== null) keep(name, told);
  }, [told]);
  return told ?? roles.find((role) => role === readKept(name)) ?? null;
}
