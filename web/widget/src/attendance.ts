// Is somebody there? As the core reports it, but news of an absence has to last before it is believed: an operator who reloads
// the console is gone for a second, and so is a data centre while the other one takes over.

import type { Client } from '@holdfast/core';
import { useEffect, useState } from 'preact/hooks';
import { useWatched } from './shared/use_watched.ts';

/** here, away: as told; cut: no data centre has been within reach for a while; unsure: nothing is known yet. */
export type Attendance = 'unsure' | 'here' | 'away' | 'cut';

const patienceMs = { here: 0, away: 3_000, cut: 10_000 };

export function useAttendance(client: Client): Attendance {
  const { available } = useWatched(client.presence);
  const reached = useWatched(client.connection).carrier !== null;
  const [believed, believe] = useState<Attendance>('unsure');
  const told = reached ? (available ? 'here' : 'away') : 'cut';
  useEffect(() => {
    const timer = setTimeout(believe, patienceMs[told], told);
    return () => clearTimeout(timer);
  }, [told]);
  return believed;
}
