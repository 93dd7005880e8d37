import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { gzipped, sizeBudget } from './size_budget.ts';

const here = import.meta.dirname;
const into = join(here, '../dist');

// One classic script: a page can load it from either deployment with a plain <script>.
export default defineConfig({
  plugins: [
    sizeBudget({ entry: 'widget: first click to usable chat', budget: 28_000, into }),
    sizeBudget({
      entry: 'snippet: what stands in the customer’s page',
      budget: 1_500,
      into,
      measure: () =>
        gzipped(snippetOf(readFileSync(join(here, '../demo-shop/index.html'), 'utf8'))),
    }),
  ],
  resolve: {
    alias: [
      { find: /^preact(\/hooks|\/jsx-runtime)?$/, replacement: join(here, 'src/draw/index.ts') },
    ],
  },
  build: {
    outDir: into,
    emptyOutDir: false,
    minify: true,
    target: 'es2022',
    lib: {
      entry: 'src/main.tsx',
      formats: ['iife'],
      name: 'HoldfastWidget',
      fileName: () => 'widget.js',
    },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
});

function snippetOf(page: string): string {
  const snippet = /<script>.*?<\/script>/s.exec(page);
  if (snippet === null) throw new Error('the demo shop holds no snippet');
  return snippet[0];
}
