// What a page costs those who load it, printed at every build and kept in dist/sizes.json. Bytes over budget fail the build.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

export interface Size {
  readonly entry: string;
  /** Bytes, gzipped. */
  readonly size: number;
  readonly budget: number;
}

export interface Sizes {
  readonly entries: readonly Size[];
  /** How many entries exceed their budget. */
  readonly over: number;
}

/** `size` takes the place of what was known of the same entry. */
export function withEntry(known: Sizes | null, size: Size): Sizes {
  const others = known?.entries.filter(({ entry }) => entry !== size.entry) ?? [];
  const entries = [...others, size].sort((a, b) => (a.entry < b.entry ? -1 : 1));
  return { entries, over: entries.filter(({ size, budget }) => size > budget).length };
}

export function gzipped(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

interface Budget {
  readonly entry: string;
  readonly budget: number;
  /** The folder of sizes.json. */
  readonly into: string;
  /** Measures something else than the scripts and styles of the build. */
  readonly measure?: () => number;
}

export function sizeBudget({ entry, budget, into, measure }: Budget): Plugin {
  return {
    name: `holdfast-size: ${entry}`,
    enforce: 'post',
    writeBundle(_options, bundle) {
      const texts = Object.values(bundle).map((file) =>
        file.type === 'chunk' ? file.code : String(file.source),
      );
      const size = measure?.() ?? texts.reduce((sum, text) => sum + gzipped(text), 0);
      const file = join(into, 'sizes.json');
      const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Sizes) : null;
      writeFileSync(
        file,
        `${JSON.stringify(withEntry(known, { entry, size, budget }), null, 2)}\n`,
      );
      const words = `${entry}: ${size} bytes gzipped, ${budget} allowed`;
      if (size > budget) this.error(words);
      else console.log(words);
    },
  };
}
