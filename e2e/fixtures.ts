import { test as base, type Page } from '@playwright/test';
import { startLoopbackApp, type LoopbackApp, type LoopbackAppOptions } from '../testing/loopback-app.ts';

export { expect } from '@playwright/test';

interface AppFixtures {
  /** Options of the app; a spec changes them with `test.use({ appOptions: { … } })`. */
  appOptions: LoopbackAppOptions;
  /** The built app in test mode, with a data folder of its own that is gone afterwards. */
  app: LoopbackApp;
}

/** Playwright's `test` with the app running and `page` signed in to it; a page that throws or breaks the policy fails the test. */
export const test = base.extend<AppFixtures>({
  appOptions: [{ testMode: true }, { option: true }],
  app: async ({ appOptions }, use) => {
    const app = await startLoopbackApp(appOptions);
    await use(app);
    await app.stop();
  },
  page: async ({ page, app }, use) => {
    const faults = collectFaults(page);
    await openApp(page, app);
    await use(page);
    if (faults.length > 0) throw new Error(`the page reported:\n${faults.join('\n')}`);
  },
});

/** Opens the app in a page that is not signed in yet, as the printed address does. */
export async function openApp(page: Page, app: LoopbackApp): Promise<void> {
  await page.goto(await app.newUrl());
  await page.waitForURL(`${app.origin}/`);
}

function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (/Content[- ]Security[- ]Policy|TrustedHTML/i.test(message.text())) faults.push(message.text());
  });
  return faults;
}
