import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startLoopbackApp } from '../testing/loopback-app.ts';
import { expect, openApp, test } from './fixtures.ts';

const SETUP = { packId: 'backend-engineer', level: 'mid', kind: 'technical', minutes: 20, questionCount: 2, mode: 'exam', pressure: 'neutral', followUps: false, hints: true, clock: true } as const;
const goTo = async (page: Page, path: string): Promise<void> => {
  await page.evaluate((hash) => { location.hash = hash; }, path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
};

test('a backup made here is previewed and merged on another machine, and nothing there is overwritten', async ({ page, app, browser }) => {
  const client = await app.connect();
  await client.interview.start(SETUP);
  await goTo(page, '/settings/data');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Back up now' }).click();
  const backup = await (await download).path();

  const other = await startLoopbackApp({ testMode: true, seed: 2 });
  try {
    const otherClient = await other.connect();
    await otherClient.testMode.setClock({ advanceMs: 3_600_000 });
    const own = await otherClient.interview.start({ ...SETUP, packId: 'data-analyst' });
    const otherPage = await (await browser.newContext()).newPage();
    await openApp(otherPage, other);
    await goTo(otherPage, '/settings/data');
    const chooser = otherPage.waitForEvent('filechooser');
    await otherPage.getByRole('button', { name: 'Choose a backup file' }).click();
    await (await chooser).setFiles({ name: 'mine.backup', mimeType: 'application/octet-stream', buffer: readFileSync(backup) });
    const dialog = otherPage.getByRole('dialog');
    await expect(dialog).toBeVisible();
    expect((await otherClient.interview.history({})).total).toBe(1);
    await dialog.getByRole('button', { name: /add|merge|restore/i }).first().click();
    await expect.poll(async () => (await otherClient.interview.history({})).total).toBe(2);
    expect((await otherClient.interview.session({ sessionId: own.sessionId })).packId).toBe('data-analyst');
  } finally {
    await other.stop();
  }
});

test('a file that is no backup is refused in words', async ({ page }) => {
  await goTo(page, '/settings/data');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a backup file' }).click();
  await (await chooser).setFiles({ name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a database at all') });
  await expect(page.getByText(/not a Role Accel backup that can be read/)).toBeVisible();
});

test('deleting everything asks for the words and shows that nothing is left', async ({ page, app }) => {
  const client = await app.connect();
  await client.interview.start(SETUP);
  await goTo(page, '/settings/data');
  await page.getByRole('button', { name: /^Delete everything/ }).click();
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog')).first();
  const confirm = dialog.getByRole('button', { name: /^Delete/ });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole('textbox').fill('delete everything');
  await confirm.click();
  await expect(page.getByText('Everything is deleted')).toBeVisible();
  expect((await client.interview.history({})).total).toBe(0);
});

test('a theme chosen is there at the first paint of the next load', async ({ page }) => {
  await goTo(page, '/settings');
  await page.getByRole('radio', { name: 'Dark' }).click({ force: true });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload({ waitUntil: 'commit' });
  await page.locator('body').waitFor();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the palette reaches screens and commands by typing', async ({ page }) => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('backup');
  await expect(page.getByRole('option', { name: /backup/i }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Data', level: 1 }).or(page.getByRole('heading', { name: 'Data' })).first()).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('a pack that is broken while the app runs is named with file and line, and its last good version stays', async ({ browser }) => {
  const packs = mkdtempSync(join(tmpdir(), 'role-accel-packs-'));
  cpSync(join(import.meta.dirname, '..', 'packs'), packs, { recursive: true });
  const app = await startLoopbackApp({ testMode: true, env: { ROLE_ACCEL_PACKS_DIR: packs } });
  try {
    const client = await app.connect();
    const before = (await client.interview.packs()).packs.length;
    const page = await browser.newPage();
    await openApp(page, app);
    await goTo(page, '/settings/packs');
    const file = readdirSync(join(packs, 'interview')).find((name) => name.startsWith('qa-')) ?? '';
    writeFileSync(join(packs, 'interview', file), readFileSync(join(packs, 'interview', file), 'utf8').replace('kind: technical', 'kind: philosophical'));
    await expect(page.getByText(file, { exact: false }).first()).toBeVisible();
    await expect(page.getByText(/line \d+/i).first()).toBeVisible();
    expect((await client.interview.packs()).packs.length).toBe(before);
  } finally {
    await app.stop();
    rmSync(packs, { recursive: true, force: true });
  }
});
