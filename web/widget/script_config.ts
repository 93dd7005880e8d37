// Each of the widget's scripts is one classic script: a page can load it from either deployment with a plain <script>.

import { join } from 'node:path';
import type { UserConfig } from 'vite';
import { Code, Limit } from '../core/src/gen/protocol.ts';
import { buildVersion } from './build_version.ts';
import { inlineTables } from './inline_tables.ts';
import { minifyAgain } from './minify_again.ts';
import { sizeBudget } from './size_budget.ts';
import { unobserved } from './unobserved.ts';

interface Script {
  readonly entry: string;
  readonly fileName: string;
  /** What stands in Preact's place. */
  readonly drawing: string;
  readonly size: { readonly entry: string; readonly budget: number };
}

const here = import.meta.dirname;
const into = join(here, '../dist');

export function scriptConfig({ entry, fileName, drawing, size }: Script): UserConfig {
  return {
    plugins: [
      unobserved(),
      inlineTables({ Code, Limit }),
      minifyAgain(),
      sizeBudget({ ...size, into }),
    ],
    resolve: {
      alias: [{ find: /^preact(\/hooks|\/jsx-runtime)?$/, replacement: join(here, drawing) }],
    },
    build: {
      outDir: join(into, 'widget'),
      emptyOutDir: false,
      minify: true,
      target: 'es2022',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      lib: { entry, formats: ['iife'], name: 'HoldfastWidget', fileName: () => fileName },
    },
    define: {
      'process.env.NODE_ENV': '"production"',
      __HOLDFAST_BUILD__: JSON.stringify(buildVersion()),
    },
  };
}
