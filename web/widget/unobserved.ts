// What happens in the client is told to harness and diagnostics (`Client.on`, `Client.stats`). No visitor's page listens, so its script does
// without: 500 bytes.

import type { Plugin } from 'vite';

const told = /this\.#parts\.emit\(\{[^{}]*\}\);/g;
const counted = /this\.(#parts\.)?stats\.\w+(\+\+| \+= [\w.]+);/g;
const counters = /stats = noStats\(\)/g;
const whyBad = /\bbad: ('[^']*'|`[^`]*`)/g;

export function unobserved(): Plugin {
  let seen = false;
  let removed = 0;
  const nothing = (instead: string) => () => {
    removed += 1;
    return instead;
  };
  return {
    name: 'holdfast-unobserved',
    transform(code, id) {
      if (!id.includes('/core/src/')) return null;
      seen ||= id.endsWith('/client.ts'); // a script may use other parts of the core without it
      const rest = code
        .replace(told, nothing(';'))
        .replace(counted, nothing(';'))
        .replace(counters, nothing('stats = {}'))
        .replace(whyBad, nothing("bad: '?'"));
      return { code: rest, map: null };
    },
    buildEnd(error) {
      if (!error && seen && removed < 10)
        this.error('the core tells what happens in another way now');
    },
  };
}
