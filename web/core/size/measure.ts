// Prints what the core costs a visitor's page, minified and compressed, and fails when that outgrows its share of the widget.
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';

const GZIP_BYTES_MAX = 22_000;

const output = (await build({
  root: import.meta.dirname,
  configFile: false,
  logLevel: 'warn',
  build: {
    write: false,
    minify: true,
    target: 'es2022',
    lib: { entry: 'visitor.ts', formats: ['iife'], name: 'visitor', fileName: 'visitor' },
  },
})) as Rollup.RollupOutput[];

const code = output
  .flatMap((one) => one.output.flatMap((file) => (file.type === 'chunk' ? file.code : [])))
  .join('');
const bytes = gzipSync(code, { level: 9 }).length;
console.log(
  `core for a visitor: ${code.length} bytes minified, ${bytes} gzipped (at most ${GZIP_BYTES_MAX})`,
);
if (bytes > GZIP_BYTES_MAX) process.exitCode = 1;
