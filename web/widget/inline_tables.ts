// `Limit.afterMax` in the source is 32 in the script: the protocol's tables of codes and bounds are long, and the widget needs a few numbers.

import type { Plugin } from 'vite';

type Table = Readonly<Record<string, number>>;

export function inlineTables(tables: Readonly<Record<string, Table>>): Plugin {
  const names = new RegExp(`\\b(${Object.keys(tables).join('|')})\\.([A-Za-z_]\\w*)`, 'g');
  return {
    name: 'holdfast-inline-tables',
    transform(code, id) {
      if (!id.includes('/core/src/') || id.includes('/gen/')) return null;
      const inlined = code.replace(names, (all, table: string, name: string) =>
        String(tables[table]?.[name] ?? all),
      );
      return { code: inlined, map: null };
    },
  };
}
