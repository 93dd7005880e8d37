import { defineConfig } from 'vite';
import { scriptConfig } from './script_config.ts';

// Its name stays the same over all versions, because it stands in the snippets.
export default defineConfig(
  scriptConfig({
    entry: 'src/main.tsx',
    fileName: 'holdfast.js',
    drawing: 'src/draw/index.ts',
    size: { entry: 'widget: first click to usable chat', budget: 28_000 },
  }),
);
