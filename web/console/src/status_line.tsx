import type { ConnectionView } from '@holdfast/core';
import { useRef } from 'preact/hooks';
import { useNow } from './hooks.ts';
import { lagAfter, noLag, safetyWords } from './safety.ts';

export function StatusLine({ connection }: { connection: ConnectionView }) {
  useNow(1_000);
  const now = Date.now();
  const lag = useRef(noLag);
  lag.current = lagAfter(lag.current, connection, now);
  return <footer class="status-line">{safetyWords(connection, lag.current, now)}</footer>;
}
