import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ensureBrowser } from '../scripts/ensure-browser.ts';
import { PROJECT, temporaryFolder } from '../testing/engine.ts';
import { startLoopbackApp } from '../testing/loopback-app.ts';
import { describe } from './distribution.ts';

const RUNS = 7;

/**
 * From spawning the app's process to a screen one can use in Chromium (its heading painted and its first button enabled).
 * The browser is already running; the first start parses the packs, the next ones find them parsed.
 */
export async function run(): Promise<void> {
  if (!existsSync(join(PROJECT, 'out/main/loopback.js'))) throw new Error('out/ is missing: npm run build first');
  const browser = await chromium.launch({ executablePath: ensureBrowser() });
  const folder = temporaryFolder('role-accel-bench-');
  const served: number[] = [];
  const usable: number[] = [];
  const painted: number[] = [];
  try {
    for (let index = 0; index < RUNS; index++) {
      const page = await browser.newPage();
      const start = performance.now();
      const app = await startLoopbackApp({ dataDir: folder.path });
      served.push(performance.now() - start);
      await page.goto(app.url);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('main button:enabled, main a').first().waitFor();
      usable.push(performance.now() - start);
      painted.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN));
      await page.close();
      await app.stop();
    }
  } finally {
    await browser.close();
    folder.dispose();
  }
  console.log(`first start: process to address ${served[0]?.toFixed(0)} ms, to usable screen ${usable[0]?.toFixed(0)} ms`);
  console.log(`later starts, process to address:       ${describe(served.slice(1))}`);
  console.log(`later starts, process to usable screen: ${describe(usable.slice(1))}`);
  console.log(`first contentful paint after the page began to load: ${describe(painted.slice(1).filter(Number.isFinite))}`);
}
