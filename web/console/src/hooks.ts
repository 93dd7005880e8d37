import { useEffect, useState } from 'preact/hooks';

/** Wall ms, drawn again every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Somebody looks at this page now: it is visible, and its window is the one in front. */
export function isWatched(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

export function useIsWatched(): boolean {
  const [watched, setWatched] = useState(isWatched);
  useEffect(() => {
    const look = () => setWatched(isWatched());
    const on: readonly [EventTarget, string][] = [
      [window, 'focus'],
      [window, 'blur'],
      [document, 'visibilitychange'],
    ];
    for (const [target, name] of on) target.addEventListener(name, look);
    look();
    return () => {
      for (const [target, name] of on) target.removeEventListener(name, look);
    };
  }, []);
  return watched;
}

export function useMatches(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setMatches(list.matches);
    list.addEventListener('change', look);
    look();
    return () => list.removeEventListener('change', look);
  }, [query]);
  return matches;
}
