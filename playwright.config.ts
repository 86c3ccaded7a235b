import { basename, join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/ensure-browser.ts';

const executablePath = findBrowser();
/** Where `scripts/test.mjs` wants the results to count; a run by hand writes none. */
const results = process.env['ROLE_ACCEL_TEST_RESULTS'];

/** End-to-end tests of the built app in a real Chromium. */
export default defineConfig({
  testDir: 'e2e',
  // A folder of its own for each counted run, so that two at the same time keep their traces apart.
  outputDir: join('test-results', results ? basename(results) : 'playwright'),
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: results ? [['list'], ['json', { outputFile: join(results, 'playwright.json') }]] : [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    launchOptions: executablePath ? { executablePath } : {},
  },
});
