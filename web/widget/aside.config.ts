import { defineConfig } from 'vite';
import { scriptConfig } from './script_config.ts';

// What nobody needs for the first message: brought by the widget when somebody may need it.
export default defineConfig(
  scriptConfig({
    entry: 'src/aside/main.ts',
    fileName: 'aside.js',
    drawing: 'src/aside/means.ts',
    size: {
      entry: 'widget: offline form, transcript and ending, brought afterwards',
      budget: 4_000,
    },
  }),
);
