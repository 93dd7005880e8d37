import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { gzipped, sizeBudget } from '../widget/size_budget.ts';
import { snippet, TEMPLATE } from './src/snippet.ts';

const here = import.meta.dirname;
const into = join(here, '../dist');
let template = '';

// The template of the snippet: the loader, minified, and the call that starts the chat of a site.
function snippetTemplate(): Plugin {
  return {
    name: 'holdfast-snippet',
    generateBundle(_options, bundle) {
      const [loader] = Object.values(bundle);
      if (loader?.type !== 'chunk') throw new Error('the loader was not built');
      template = templateWith(loader.code.trim());
      for (const name of Object.keys(bundle)) delete bundle[name];
    },
    writeBundle() {
      const file = join(into, TEMPLATE);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, template);
    },
  };
}

function templateWith(loader: string): string {
  const text = `<script>\n${loader}\nHoldfast("boot", {"site": HOLDFAST_SITE});\n</script>\n`;
  for (const place of ['HOLDFAST_FACTS', 'HOLDFAST_SITE'])
    if (text.split(place).length !== 2) throw new Error(`${place} does not stand there once`);
  // Either would end the script early, or hide its end.
  if (/<!--|<\/?script/i.test(loader)) throw new Error('the loader looks like HTML');
  return text;
}

// As large as a snippet gets in practice: two addresses of each deployment, two moderators and their keys.
function realSnippet(): string {
  const key = (name: string) => name.repeat(43).slice(0, 43);
  return snippet(template, 'harbour-lamps', {
    deployments: {
      primary: ['https://chat-a.harbour-lamps.example', 'https://a.holdfast.example'],
      redundant: ['https://chat-b.harbour-lamps.example', 'https://b.holdfast.example'],
    },
    moderators: ['https://moderator.harbour-lamps.example', 'https://m.holdfast.example'],
    moderatorKeys: { 'moderator-2026': key('hG7_kZ'), 'moderator-2027': key('Qe3-bY9s') },
  }).html;
}

export default defineConfig({
  plugins: [
    snippetTemplate(),
    sizeBudget({
      entry: 'snippet: what stands in the customer’s page',
      budget: 1_500,
      into,
      measure: () => gzipped(realSnippet()),
    }),
  ],
  build: {
    outDir: into,
    emptyOutDir: false,
    minify: true,
    target: 'es2020',
    lib: {
      entry: 'src/main.ts',
      formats: ['iife'],
      name: 'HoldfastLoader',
      fileName: () => 'loader.js',
    },
  },
});
