// What the visitor's widget and the operator's console both use.
export { useWatched } from './use_watched.ts';
