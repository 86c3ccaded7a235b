import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Where `scripts/test.mjs` wants the results to count; a run by hand writes nothing. */
const results = process.env['ROLE_ACCEL_TEST_RESULTS'];
const long = process.env['ROLE_ACCEL_LONG'] === '1';

/** Unit and integration tests, beside the code they test. `electron` is the double: the real module starts a download. */
export default defineConfig({
  resolve: {
    alias: [{ find: /^electron(\/main)?$/, replacement: join(import.meta.dirname, 'testing/electron-double/electron.ts') }],
  },
  test: {
    include: ['{core,shell,loopback,electron,renderer,testing,scripts,bench,eval}/**/*.test.{ts,tsx,mjs}'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: long ? 600_000 : 15_000,
    hookTimeout: 30_000,
    reporters: results ? ['default', ['json', { outputFile: join(results, 'vitest.json') }]] : ['default'],
  },
});
