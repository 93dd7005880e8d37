import { createHash } from 'node:crypto';
import { defineConfig, type Plugin } from 'vite';

// The shell is a service worker's cache: its name is a hash over what it holds, so that a new build replaces the old one whole.
function shell(): Plugin {
  return {
    name: 'holdfast-shell',
    enforce: 'post', // after the page itself was put into the bundle
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
      const files = Object.keys(bundle).filter((name) => name !== 'sw.js');
      if (!files.includes('index.html')) throw new Error('the page is not in the bundle yet');
      const hash = createHash('sha256');
      for (const name of files.sort()) {
        const file = bundle[name];
        hash.update(name).update(file?.type === 'chunk' ? file.code : (file?.source ?? ''));
      }
      worker.code = worker.code
        .replaceAll('__SHELL_VERSION__', hash.digest('hex').slice(0, 16))
        .replaceAll('__SHELL_FILES__', files.join(' '));
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [shell()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { console: 'index.html', sw: 'src/worker/sw.ts' },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
