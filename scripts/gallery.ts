// npm run gallery [-- name...]: a screenshot of every screen and state, light and dark, at 1280×800 and 1024×700, in out/gallery/.
import './require-node.mjs';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { startLoopbackApp } from '../testing/loopback-app.ts';
import { whyBuild } from './build-freshness.ts';
import { ensureBrowser } from './ensure-browser.ts';
import { prepareGallery } from './gallery-states.ts';
import { BUILD } from './steps.ts';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'out/gallery');
const wanted = process.argv.slice(2);
const SIZES = [{ width: 1280, height: 800 }, { width: 1024, height: 700 }];
const THEMES = ['light', 'dark'] as const;

if (whyBuild(root)) spawnSync(process.execPath, BUILD.args, { cwd: root, stdio: 'inherit' });
if (wanted.length === 0) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const app = await startLoopbackApp({ testMode: true });
const browser = await chromium.launch({ executablePath: ensureBrowser() });
let pictures = 0;
let failed = 0;
try {
  for (const { name, open, done } of await prepareGallery(await app.connect())) {
    // What other states began is ended all the same.
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) { await done?.(); continue; }
    for (const size of SIZES) {
      const page = await browser.newPage({ viewport: size, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' });
      try {
        await page.goto(await app.newUrl());
        await page.waitForURL(`${app.origin}/`);
        await open(page);
        for (const theme of THEMES) {
          await page.evaluate((value) => { document.documentElement.dataset['theme'] = value; }, theme);
          await page.waitForTimeout(150);
          await page.screenshot({ path: join(out, `${name}-${theme}-${size.width}.png`) });
          pictures++;
        }
      } catch (error) {
        failed++;
        console.error(`${name} at ${size.width}: ${(error as Error).message}`);
        await page.screenshot({ path: join(out, `${name}-failed-${size.width}.png`) });
      } finally {
        await page.close();
      }
    }
    await done?.();
  }
} finally {
  await browser.close();
  await app.stop();
}
console.log(`${pictures} pictures in out/gallery, ${failed} states could not be reached`);
process.exitCode = failed > 0 ? 1 : 0;
