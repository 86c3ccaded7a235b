import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { TestEngineClient } from '../core/contract/index.ts';
import { startLoopbackApp } from '../testing/loopback-app.ts';
import { expect, openApp, test } from './fixtures.ts';

type Work = Parameters<TestEngineClient['testMode']['addJob']>[0]['work'];
const HELD: Partial<Work> = { steps: [{ share: 0.4, says: 'question 2 of 5', ms: 600_000 }] };
const REFUSED: Partial<Work> = { fails: 1, failure: { says: 'the key was refused', retryable: false } };

const add = (client: TestEngineClient, title: string, work: Partial<Work> = {}): Promise<{ jobId: string }> => client.testMode.addJob({ work: { title, steps: [], ...work } });
const strip = (page: Page): Locator => page.getByRole('contentinfo').getByRole('button', { name: /in the background$/ });
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Background work' });
const row = (page: Page, title: string): Locator => dialog(page).getByRole('listitem').filter({ hasText: title });
const stateOf = async (client: TestEngineClient, jobId: string): Promise<string | undefined> => (await client.jobs.list()).jobs.find((job) => job.jobId === jobId)?.state;
/** Goes on with Tab until it is there, as somebody without a mouse does. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  for (let presses = 0; presses < 40; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
};

test('the strip says nothing of background work while there is none, nor of what is over in a blink', async ({ page, app }) => {
  const client = await app.connect();
  await expect(page.getByRole('contentinfo')).toBeVisible();
  const seen = page.evaluate(() => new Promise<boolean>((resolve) => {
    const look = new MutationObserver(() => { if (/tasks?\b/.test(document.querySelector('footer')?.textContent ?? '')) resolve(true); });
    look.observe(document.querySelector('footer') as Element, { childList: true, subtree: true, characterData: true });
    setTimeout(() => resolve(false), 1_500);
  }));
  const { jobId } = await add(client, 'In a blink', { steps: [{ share: 0.5, says: 'half-way', ms: 200 }] });
  expect(await seen).toBe(false);
  expect(await stateOf(client, jobId)).toBe('done');
  await expect(strip(page)).toHaveCount(0);
});

test('running work is shown with its progress and cancelled by keyboard alone; the focus is not lost', async ({ page, app }) => {
  const client = await app.connect();
  const { jobId } = await add(client, 'Scoring question 3', HELD);
  await add(client, 'Scoring question 4');
  await expect(strip(page)).toHaveText(/^2 tasks/);
  await strip(page).focus();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeVisible();
  await expect(row(page, 'Scoring question 3').getByText('question 2 of 5')).toBeVisible();
  await expect(dialog(page).getByRole('progressbar', { name: 'Progress of: Scoring question 3' })).toHaveAttribute('aria-valuetext', '40 %, question 2 of 5');
  await expect(row(page, 'Scoring question 4').getByText('Waits its turn')).toBeVisible();
  await tabTo(page, dialog(page).getByRole('button', { name: 'Cancel: Scoring question 3' }));
  await page.keyboard.press('Enter');
  await expect(row(page, 'Scoring question 3').getByText(/^Cancelled at/)).toBeVisible();
  expect(await stateOf(client, jobId)).toBe('cancelled');
  // The other one had its turn and ended: its button went too.
  await expect(row(page, 'Scoring question 4').getByText(/^Done at/)).toBeVisible();
  await expect(dialog(page).locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(strip(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(strip(page)).toHaveCount(0);
});

test('failed work is a quiet warning, says why, is tried again, ends, and is cleared', async ({ page, app }) => {
  const client = await app.connect();
  const { jobId } = await add(client, 'Scoring question 2', { ...REFUSED, steps: [{ share: 0.5, says: 'half-way', ms: 1_500 }] });
  await expect(strip(page)).toHaveText(/^1 task/);
  await expect(strip(page)).toHaveText(/^1 task failed/);
  await expect(page.getByRole('status').getByText('Failed in the background: Scoring question 2. The reason: the key was refused.')).toBeAttached();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('background');
  await page.keyboard.press('Enter');
  await expect(row(page, 'Scoring question 2').getByText('Failed: the key was refused.')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Try again: Scoring question 2' }).press('Enter');
  await expect(row(page, 'Scoring question 2').getByText(/^Done at/)).toBeVisible();
  expect(await stateOf(client, jobId)).toBe('done');
  await dialog(page).getByRole('button', { name: 'Clear failed and ended' }).press('Enter');
  await expect(dialog(page).getByText('Nothing to do')).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: 'Close' }).first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(strip(page)).toHaveCount(0);
});

test('what will be tried again says when and why, and is, by the engine’s clock', async ({ page, app }) => {
  const client = await app.connect();
  await client.testMode.setClock({ now: new Date().toISOString() });
  const { jobId } = await add(client, 'Making vectors', { fails: 1, failure: { says: 'the provider is overloaded', retryable: true, retryAfterMs: 40_000 } });
  await expect(strip(page)).toHaveText(/^1 task waits/);
  await strip(page).click();
  await expect(row(page, 'Making vectors').getByText(/^Tries again in \d\d s\. Last time: the provider is overloaded\.$/)).toBeVisible();
  await client.testMode.setClock({ advanceMs: 40_000 });
  await client.testMode.addJob({ work: { title: 'Another', steps: [] } }); // wakes the queue, whose timer counts by the wall
  await expect.poll(() => stateOf(client, jobId)).toBe('done');
  await expect(row(page, 'Making vectors').getByText(/^Done at/)).toBeVisible();
});

test('a second call that comes too late is refused in words', async ({ page, app }) => {
  const client = await app.connect();
  const { jobId } = await add(client, 'Scoring question 1', HELD);
  await strip(page).click();
  await expect(dialog(page).getByRole('button', { name: 'Cancel: Scoring question 1' })).toBeVisible();
  await client.jobs.cancel({ jobId });
  await expect(client.jobs.cancel({ jobId })).rejects.toMatchObject({ code: 'JOB_NOT_NOW', message: 'Cancelling is not possible: this work was cancelled.' });
  await expect(client.jobs.retry({ jobId: 'nobody' })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  await expect(row(page, 'Scoring question 1').getByText(/^Cancelled at/)).toBeVisible();
});

test('beginning and end are spoken once, progress never', async ({ page, app }) => {
  const client = await app.connect();
  await page.evaluate(() => {
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    const look = new MutationObserver(() => {
      for (const region of document.querySelectorAll('footer [role="status"]')) {
        const text = region.textContent ?? '';
        if (/background/.test(text) && spoken.at(-1) !== text) spoken.push(text);
      }
    });
    look.observe(document.querySelector('footer') as Element, { childList: true, subtree: true, characterData: true });
  });
  await add(client, 'Summarising the interview', { steps: Array.from({ length: 20 }, (_, step) => ({ share: step / 20, says: `part ${step} of 20`, ms: 120 })) });
  const spoken = (): Promise<string[]> => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  await expect.poll(spoken, { timeout: 10_000 }).toEqual(['Working in the background: Summarising the interview.', 'The work in the background is done.']);
});

for (const [way, end] of [['closed', 'stop'], ['killed', 'kill']] as const) test(`work in the middle goes on after the app was ${way}`, async ({ browser }) => {
  test.setTimeout(60_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'role-accel-jobs-'));
  let app = await startLoopbackApp({ testMode: true, dataDir });
  try {
    const { jobId } = await add(await app.connect(), 'Making vectors for 240 passages', { steps: [{ share: 0.4, says: 'half-way', ms: 8_000 }] });
    let client = await app.connect();
    await expect.poll(async () => (await client.jobs.list()).jobs[0]?.progress?.share).toBe(0.4);
    await app[end]();

    app = await startLoopbackApp({ testMode: true, dataDir });
    client = await app.connect();
    const page = await browser.newPage();
    await openApp(page, app);
    if (end === 'kill') {
      // A crash counts as a failed run: it is told, and tried again a moment later.
      expect((await client.jobs.list()).jobs[0]).toMatchObject({ state: 'queued', waits: 'retry', attempts: 1, error: { says: 'Role Accel stopped while this was running' } });
      await client.testMode.setClock({ advanceMs: 2_000 });
      await add(client, 'Another');
    }
    await strip(page).click();
    await expect(dialog(page).getByRole('progressbar', { name: 'Progress of: Making vectors for 240 passages' })).toBeVisible();
    await expect(row(page, 'Making vectors for 240 passages').getByText(/^Done at/)).toBeVisible({ timeout: 20_000 });
    expect((await client.jobs.list()).jobs.find((job) => job.jobId === jobId)).toMatchObject({ state: 'done', attempts: end === 'kill' ? 2 : 1 });
    await page.close();
  } finally {
    await app.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test.describe('a long list', () => {
  test.use({ viewport: { width: 1024, height: 700 }, contextOptions: { reducedMotion: 'reduce' } });
  test('scrolls under its title, is walked through by keyboard, and axe finds nothing in it, in both themes', async ({ page, app }) => {
    const client = await app.connect();
    for (const title of ['Scoring question 1', 'Scoring question 2']) await add(client, title, REFUSED);
    await expect.poll(async () => (await client.jobs.list()).failed).toBe(2);
    await add(client, 'Making vectors for 240 passages', HELD);
    for (let number = 1; number <= 120; number++) await add(client, `Summarising interview ${number}`);
    await strip(page).click();
    await expect(dialog(page).getByText('21 more wait behind these.')).toBeAttached();
    await expect(dialog(page).getByRole('listitem')).toHaveCount(102);
    const box = await dialog(page).boundingBox();
    expect(box && box.y >= 0 && box.y + box.height <= 700).toBe(true);
    await expect(dialog(page).getByRole('button', { name: 'Close' }).first()).toBeInViewport();
    const last = dialog(page).getByRole('button', { name: 'Cancel: Summarising interview 99' });
    await last.focus();
    await expect(last).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(dialog(page).getByRole('button', { name: 'Cancel: Summarising interview 100', exact: true })).toBeFocused();
    await dialog(page).getByRole('button', { name: 'Try again: Scoring question 1' }).press('Enter');
    await expect(dialog(page).getByRole('button', { name: 'Try again: Scoring question 2' })).toBeFocused();
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((value) => { document.documentElement.dataset['theme'] = value; }, theme);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map(({ id, nodes }) => `${theme}: ${id} at ${nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
    }
  });
  test('of what ended only can be scrolled by keyboard too', async ({ page, app }) => {
    const client = await app.connect();
    for (let number = 1; number <= 20; number++) await add(client, `Summarising interview ${number}`);
    await expect.poll(async () => (await client.jobs.list()).running + (await client.jobs.list()).waiting).toBe(0);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('background');
    await page.keyboard.press('Enter');
    await expect(dialog(page).getByRole('listitem')).toHaveCount(20);
    await tabTo(page, dialog(page).getByRole('group', { name: 'Background work' }));
    await page.keyboard.press('End');
    await expect(row(page, 'Summarising interview 1').last()).toBeInViewport();
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
});
