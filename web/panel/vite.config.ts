import { defineConfig } from 'vite';

// Not into web/dist: that is what deployments serve, and the panel belongs to the demo alone.
export default defineConfig({
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
