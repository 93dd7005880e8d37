import type { ConnectionView } from '@holdfast/core';
import { useNow } from './hooks.ts';
import { safetyWords } from './safety.ts';

export function StatusLine({ connection }: { connection: ConnectionView }) {
  return <footer class="status-line">{safetyWords(connection, useNow(2_000))}</footer>;
}
