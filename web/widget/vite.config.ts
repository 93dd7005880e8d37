import { defineConfig } from 'vite';

// One classic script: a page can load it from either deployment with a plain <script>.
export default defineConfig({
  build: {
    outDir: '../dist',
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
