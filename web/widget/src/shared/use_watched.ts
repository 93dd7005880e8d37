import type { Watched } from '@holdfast/core';
import { useEffect, useState } from 'preact/hooks';

/** The current value of something that changes; the component is drawn again after each change. */
export function useWatched<T>(watched: Watched<T>): T {
  const [, redraw] = useState(0);
  useEffect(() => watched.subscribe(() => redraw((n) => n + 1)), [watched]);
  return watched.get();
}
