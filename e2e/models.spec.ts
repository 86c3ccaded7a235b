import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { startFaultServer, type FaultServer } from '../testing/fault-server/fault-server.ts';
import { startHub } from '../testing/hub/hub.ts';
import { startLoopbackApp } from '../testing/loopback-app.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { expect, openApp, test } from './fixtures.ts';

test.describe.configure({ timeout: 120_000 });

const goTo = async (page: Page, section: string): Promise<void> => {
  await page.evaluate((hash) => { location.hash = hash; }, `/settings/${section}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
};
const strip = (page: Page): Locator => page.getByRole('contentinfo');

test('the Offline lock turned in the strip is still on after a reload, and Privacy shows the same one', async ({ page, app }) => {
  const client = await app.connect();
  const lock = strip(page).getByRole('switch', { name: 'Offline lock' });
  await expect(lock).not.toBeChecked();
  await lock.click();
  await expect(lock).toBeChecked();
  await expect.poll(async () => (await client.app.status()).offlineLock).toBe(true);
  await page.reload();
  await expect(strip(page).getByRole('switch', { name: 'Offline lock' })).toBeChecked();
  await goTo(page, 'privacy');
  const inPrivacy = page.getByRole('main').getByRole('switch', { name: 'Offline lock' });
  await expect(inPrivacy).toBeChecked();
  await inPrivacy.click();
  await expect(strip(page).getByRole('switch', { name: 'Offline lock' })).not.toBeChecked();
  await expect.poll(async () => (await client.app.status()).offlineLock).toBe(false);
});

test('the strip says who answers, and its dialog what left since the start', async ({ page }) => {
  await strip(page).getByRole('button', { name: 'Built-in coach nothing leaves this machine' }).click();
  const dialog = page.getByRole('dialog', { name: 'What leaves this machine' });
  await expect(dialog.getByText('Connections beyond this machine')).toBeVisible();
  await dialog.getByRole('button', { name: 'Open the network ledger' }).click();
  await expect(page.getByRole('heading', { name: 'Privacy', level: 1 })).toBeFocused();
});

test.describe('a server on this machine', () => {
  let server: FaultServer;
  test.beforeEach(async () => { server = await startFaultServer(); });
  test.afterEach(async () => { await server.close(); });

  const connect = async (page: Page): Promise<void> => {
    await goTo(page, 'providers');
    await page.getByRole('button', { name: 'Connect a provider' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect a provider' });
    await dialog.getByRole('combobox', { name: 'What to connect' }).selectOption({ label: 'Other OpenAI-compatible server' });
    await dialog.getByRole('textbox', { name: 'Address' }).fill(server.openaiUrl);
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('My server');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(dialog).toBeHidden();
  };

  test('is connected and tested at once: latency, models, and the model picked from them answers', async ({ page }) => {
    await connect(page);
    const row = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'My server' }) });
    await expect(row.getByText(/It answered in \d+ ms/)).toBeVisible();
    await expect(row.getByText(/\d+ models? offered/)).toBeVisible();
    const picker = row.getByRole('combobox', { name: 'Model of My server' });
    const offered = await picker.getByRole('option').allTextContents();
    expect(offered.length).toBeGreaterThan(1);
    await picker.selectOption({ index: 1 });
    await row.getByRole('button', { name: 'Use this model' }).click();
    await expect(row.getByText('Ready', { exact: true })).toBeVisible();
    await expect(strip(page).getByRole('button', { name: /^Local · .* nothing leaves this machine$/ })).toBeVisible();
  });

  test('is told about a key that no screen, answer or file shows again', async ({ page, app }) => {
    const key = 'sk-test-4f1c9b7e2a';
    await connect(page);
    await page.getByRole('button', { name: 'More for My server' }).click();
    await page.getByRole('menuitem', { name: 'Set a key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Key of My server' });
    const field = dialog.getByLabel('Key', { exact: true });
    await expect(field).toHaveAttribute('type', 'password');
    await field.fill(key);
    const session = dialog.getByRole('radio', { name: 'Only until Role Accel is closed' });
    if (await session.count()) await session.click();
    await dialog.getByRole('button', { name: 'Set the key' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText('until Role Accel is closed')).toBeVisible();

    await page.getByRole('button', { name: 'More for My server' }).click();
    await page.getByRole('menuitem', { name: 'Replace the key' }).click();
    await expect(page.getByLabel('Key', { exact: true })).toHaveValue('');
    expect(await page.content()).not.toContain(key);
    const client = await app.connect();
    expect(JSON.stringify([await client.models.providers(), await client.models.ledger({}), await client.app.status()])).not.toContain(key);
    const holders = readdirSync(app.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(key));
    expect(holders.map(({ name }) => name)).toEqual([]);
  });

  test('that refuses says so in words, and what to do', async ({ page }) => {
    await server.setFault('401');
    await connect(page);
    await expect(page.getByText('Does not work:')).toBeVisible();
    await expect(page.getByText(/key/i).first()).toBeVisible();
    await server.setFault(null);
    await page.getByRole('button', { name: 'Test the connection to My server' }).click();
    await expect(page.getByText('Works.')).toBeVisible();
  });
});

test('the order of a lane is changed by keyboard alone, spoken, and kept', async ({ page, app }) => {
  const client = await app.connect();
  const orderNow = async (): Promise<string[]> => (await client.models.routing()).lanes.find(({ lane }) => lane === 'interactive-deep')?.routes.map(({ name }) => name) ?? [];
  const before = await orderNow();
  expect(before.length).toBeGreaterThan(2);
  await goTo(page, 'routing');
  const list = page.getByRole('list', { name: 'Order for Interview and mentor' });
  await list.getByRole('button', { name: `Drag ${before[0]} to another place` }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  const wanted = [before[1], before[0], ...before.slice(2)];
  await expect.poll(orderNow).toEqual(wanted);
  await expect(page.getByText(`${before[0]} is now number 2 of ${before.length} for Interview and mentor.`)).toBeAttached();
  await expect(list.getByRole('button', { name: `Drag ${before[0]} to another place` })).toBeFocused();

  // Nothing moves behind the coach.
  await expect(list.getByRole('listitem').last()).toContainText('Built-in coach');
  await page.reload();
  await expect(list.getByRole('listitem').first()).toContainText(before[1] ?? '');
  await list.getByRole('button', { name: `Move ${before[0]} up` }).press('Enter');
  await expect.poll(orderNow).toEqual(before);
});

test('the order of a lane is changed by dragging', async ({ page, app }) => {
  const client = await app.connect();
  const orderNow = async (): Promise<string[]> => (await client.models.routing()).lanes.find(({ lane }) => lane === 'interactive-light')?.routes.map(({ name }) => name) ?? [];
  const before = await orderNow();
  await goTo(page, 'routing');
  const list = page.getByRole('list', { name: 'Order for Quiz and hints' });
  const grip = list.getByRole('button', { name: `Drag ${before[0]} to another place` });
  await grip.scrollIntoViewIfNeeded();
  const from = await grip.boundingBox();
  const to = await list.getByRole('button', { name: `Drag ${before[1]} to another place` }).boundingBox();
  if (!from || !to) throw new Error('the rows are not shown');
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, to.y + 4, { steps: 6 });
  await page.mouse.move(from.x + 8, to.y + 14, { steps: 3 });
  await page.mouse.up();
  await expect.poll(orderNow).toEqual([before[1], before[0], ...before.slice(2)]);
});

test('a file that is no model is refused in words, and nothing new is listed', async ({ page, app }) => {
  const client = await app.connect();
  const before = (await client.models.local()).models.length;
  await goTo(page, 'models');
  await page.getByTestId('model-file').setInputFiles({ name: 'holiday.gguf', mimeType: 'application/octet-stream', buffer: Buffer.from('a picture of the sea, not a model') });
  await expect(page.getByText(/This file cannot be used as a model/)).toBeVisible();
  expect((await client.models.local()).models.length).toBe(before);
});

test('a model file of one’s own is copied in and can then be used', async ({ page }) => {
  await goTo(page, 'models');
  await page.getByTestId('model-file').setInputFiles({ name: 'my-own.gguf', mimeType: 'application/octet-stream', buffer: readFileSync(tinyModel()) });
  await expect(page.getByText('Your file').first()).toBeVisible();
  await page.getByRole('button', { name: /^Use / }).first().click();
  await expect(page.getByText('In use').first()).toBeVisible({ timeout: 60_000 });
});

test('a download is paused, survives a restart, is resumed, and is usable only once it is whole', async ({ browser }) => {
  const file = Buffer.concat([readFileSync(tinyModel()), Buffer.alloc(40_000_000)]);
  const hub = await startHub({ 'test/small/small.gguf': file });
  hub.faults.bytesPerSecond = 8_000_000;
  const dataDir = mkdtempSync(join(tmpdir(), 'role-accel-models-'));
  const facts = { about: 'For tests.', role: 'instruct', parametersB: 1, quantisation: 'F32', contextTokens: 8192, licence: 'MIT', checked: '2026-11-21' };
  mkdirSync(join(dataDir, 'models-config'));
  writeFileSync(join(dataDir, 'models-config/catalogue.json'), JSON.stringify({
    version: 1, hub: 'http://127.0.0.1:9', models: [
      { id: 'small', name: 'Small model', repository: 'test/small', file: 'small.gguf', aboutFileBytes: 40_000_000, layers: 2, keyValueWidth: 64, ...facts },
      { id: 'huge', name: 'Huge model', repository: 'test/huge', file: 'huge.gguf', aboutFileBytes: 900_000_000_000, layers: 200, keyValueWidth: 8192, ...facts },
    ],
  }));
  let app = await startLoopbackApp({ testMode: true, dataDir });
  try {
    let page = await browser.newPage();
    await openApp(page, app);
    await goTo(page, 'models');
    const huge = page.getByRole('row').filter({ hasText: 'Huge model' });
    await expect(huge.getByText(/short$/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Get Huge model' })).toHaveCount(0);

    await page.getByText('Download from somewhere else').click();
    await page.getByRole('textbox', { name: 'Address of a mirror' }).fill(hub.url);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText(`Downloads come from ${hub.url}`)).toBeVisible();

    await page.getByRole('button', { name: 'Get Small model' }).click();
    const bar = page.getByRole('progressbar', { name: 'Download of Small model' });
    await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: 30_000 }).toBeGreaterThan(40);
    await expect(page.getByRole('button', { name: 'Use Small model' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Pause the download of Small model' }).click();
    await expect(page.getByText(/^Paused\./)).toBeVisible();
    await expect(strip(page).getByRole('link', { name: /Small model paused at \d+ %/ })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Use Small model' })).toHaveCount(0);
    const sentBefore = hub.takeSentBytes();
    await page.close();
    await app.stop();

    app = await startLoopbackApp({ testMode: true, dataDir });
    page = await browser.newPage();
    await openApp(page, app);
    await goTo(page, 'models');
    hub.faults.bytesPerSecond = undefined;
    await page.getByRole('button', { name: 'Resume the download of Small model' }).click();
    await expect(page.getByRole('button', { name: 'Use Small model' })).toBeVisible({ timeout: 60_000 });
    expect(hub.takeSentBytes()).toBeLessThan(file.length);
    expect(sentBefore).toBeLessThan(file.length);

    await page.getByRole('button', { name: 'More for Small model' }).click();
    await page.getByRole('menuitem', { name: 'Details' }).click();
    await expect(page.getByRole('dialog', { name: 'About Small model' }).getByText(/^[0-9a-f]{8}…[0-9a-f]{4}$/)).toBeVisible();
  } finally {
    await app.stop();
    await hub.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
