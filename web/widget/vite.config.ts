import { join } from 'node:path';
import { defineConfig } from 'vite';
import { Code, Limit } from '../core/src/gen/protocol.ts';
import { inlineTables } from './inline_tables.ts';
import { minifyAgain } from './minify_again.ts';
import { sizeBudget } from './size_budget.ts';

const here = import.meta.dirname;
const into = join(here, '../dist');

// One classic script: a page can load it from either deployment with a plain <script>. Its name stays the same over all versions, because
// it stands in the snippets.
export default defineConfig({
  plugins: [
    inlineTables({ Code, Limit }),
    minifyAgain(),

    sizeBudget({ entry: 'widget: first click to usable chat', budget: 28_000, into }),
  ],
  resolve: {
    alias: [
      { find: /^preact(\/hooks|\/jsx-runtime)?$/, replacement: join(here, 'src/draw/index.ts') },
    ],
  },
  build: {
    outDir: join(into, 'widget'),
    emptyOutDir: false,
    minify: true,
    target: 'es2022',
    lib: {
      entry: 'src/main.tsx',
      formats: ['iife'],
      name: 'HoldfastWidget',
      fileName: () => 'holdfast.js',
    },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
});
