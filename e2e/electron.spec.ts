import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { WEB_PREFERENCES } from '../electron/web-preferences.ts';
import { hasDisplay } from '../loopback/open-window.ts';
import { findElectron } from '../scripts/electron-binary.ts';

const ROOT = resolve(import.meta.dirname, '..');
const executablePath = findElectron(ROOT);

const test = base.extend<{ dataDir: string; electronApp: ElectronApplication; page: Page }>({
  dataDir: async ({}, use) => { // eslint-disable-line no-empty-pattern -- Playwright reads the parameter's names
    const dataDir = mkdtempSync(join(tmpdir(), 'role-accel-electron-'));
    await use(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  },
  electronApp: async ({ dataDir }, use) => {
    const app = await launch(dataDir);
    await use(app);
    await app.close().catch(() => undefined);
  },
  page: async ({ electronApp }, use) => use(await electronApp.firstWindow()),
});

function launch(dataDir: string): Promise<ElectronApplication> {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return _electron.launch({ executablePath: executablePath ?? '', cwd: ROOT, args: [...(asRoot ? ['--no-sandbox'] : []), '.', '--data-dir', dataDir, '--test-mode'] });
}

test.skip(!executablePath, 'Electron binary not here');
test.skip(!hasDisplay(), 'no display for Electron');

test('Electron: opens one window on app://role-accel/ that reaches the engine', async ({ page, dataDir, electronApp }) => {
  await expect(page.getByRole('navigation').first()).toBeVisible();
  expect(page.url()).toBe('app://role-accel/');
  expect(electronApp.windows()).toHaveLength(1);
  await page.evaluate(() => { location.hash = '#/settings/data'; });
  await expect(page.getByText(dataDir).first()).toBeVisible();
});

test('Electron: the window is locked down as the preset says', async ({ page, electronApp }) => {
  await page.waitForLoadState();
  const preferences = await electronApp.evaluate(({ webContents }) => {
    const [contents] = webContents.getAllWebContents();
    return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({ sandbox: WEB_PREFERENCES.sandbox, contextIsolation: true, nodeIntegration: false, webSecurity: true });
  expect(await page.evaluate(() => ['require', 'process', 'module', 'electron', 'ipcRenderer'].filter((name) => name in window))).toEqual([]);
});

test('Electron: the page is served with the policy', async ({ page }) => {
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; .*trusted-types 'none'$/);
});

test('Electron: the page cannot go anywhere else, opens no window and has no network', async ({ page, electronApp }) => {
  await page.evaluate(() => { location.href = 'https://example.com/'; });
  await page.evaluate(() => { open('https://example.com/'); });
  expect(await page.evaluate(() => fetch('https://example.com/').then(() => 'answered', () => 'refused'))).toBe('refused');
  expect(page.url()).toMatch(/^app:\/\/role-accel\//);
  expect(electronApp.windows()).toHaveLength(1);
});

test('Electron: permissions are denied', async ({ page }) => {
  const outcome = await page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', ({ name }: Error) => name));
  expect(outcome).toMatch(/NotAllowedError|NotFoundError/);
});

test('Electron: a second start shows the window of the first and ends', async ({ page, dataDir }) => {
  await page.waitForLoadState();
  const second = await launch(dataDir).catch(() => null);
  await expect.poll(() => second === null || second.process().exitCode !== null).toBe(true);
});

test('Electron: quitting closes the engine, so that the next start finds everything', async ({ page, dataDir, electronApp }) => {
  await page.waitForLoadState();
  await electronApp.close();
  const again = await launch(dataDir);
  await expect((await again.firstWindow()).getByRole('navigation').first()).toBeVisible();
  await again.close();
});
