import { defineConfig } from 'vitest/config';

// One run over every workspace. A test that needs a browser belongs in tests/e2e.
export default defineConfig({
  test: {
    include: ['*/src/**/*.test.{ts,tsx}', '*/test/**/*.test.{ts,tsx}'],
    passWithNoTests: true,
    environment: 'node',
    // Against hanging alone: how fast a busy machine is, is no rule of the product.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
