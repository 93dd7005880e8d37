import type { Watched } from '@holdfast/core';
import { useEffect, useState } from 'preact/hooks';

/** The current value of something that changes; the component is drawn again after each change. */
export function useWatched<T>(watched: Watched<T>): T {
  const [, redraw] = useState(0);
  const drawn = watched.get();
  useEffect(() => {
    const again = () => redraw((n) => n + 1);
    const unsubscribe = watched.subscribe(again);
    if (watched.get() !== drawn) again(); // it changed between drawing and subscribing
    return unsubscribe;
  }, [watched]);
  return drawn;
}
