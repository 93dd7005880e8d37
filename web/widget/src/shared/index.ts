// What the visitor's widget and the operator's console both show.
export { Composer } from './composer.tsx';
export { Transcript } from './transcript.tsx';
export { useWatched } from './use_watched.ts';
