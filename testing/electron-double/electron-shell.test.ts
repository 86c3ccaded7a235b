import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect as expectPage, type Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEngine } from '../../core/engine.ts';
import { WEB_PREFERENCES } from '../../electron/web-preferences.ts';
import { PROJECT, temporaryFolder } from '../engine.ts';
import { app, BrowserWindow, record, sessionState } from './electron.ts';

const MAIN = join(PROJECT, 'out', 'main', 'main.js');
const folder = temporaryFolder('role-accel-electron-');
const argv = process.argv;
let window: BrowserWindow;
let page: Page;

beforeAll(async () => {
  process.argv = ['electron', '.', '--data-dir', folder.path, '--test-mode'];
  await import(/* @vite-ignore */ MAIN);
  await vi.waitUntil(() => BrowserWindow.getAllWindows()[0]?.visible, { timeout: 25_000 });
  [window] = BrowserWindow.getAllWindows() as [BrowserWindow];
  page = window.page as Page;
}, 30_000);

afterAll(async () => {
  process.argv = argv;
  app.exit(0);
  await vi.waitUntil(() => record.exitCode !== null);
  folder.dispose();
});

/** Runs the built main process against the double in a process of its own, until it ends. */
async function runApp(dataDir: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', join(import.meta.dirname, 'register.mjs'), MAIN, '--data-dir', dataDir], { env: { ...process.env, ELECTRON_DOUBLE_EXITS: '1' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => { output += chunk; });
  const [code] = await once(child, 'exit');
  return { code, output };
}

test('opens one window on app://role-accel/, locked down as the preset says', () => {
  expect(BrowserWindow.getAllWindows()).toHaveLength(1);
  expect(window.options.webPreferences).toEqual({ ...WEB_PREFERENCES, preload: join(PROJECT, 'out', 'preload', 'preload.cjs') });
  expect(window.options).toMatchObject({ show: false, width: 1280, height: 800 });
});

test('the window reaches the engine through the port', async () => {
  await expectPage(page.getByRole('navigation').first()).toBeVisible();
  await page.evaluate(() => { location.hash = '#/settings/data'; });
  await expectPage(page.getByText(folder.path).first()).toBeVisible();
});

test('the preload puts nothing on the page', async () => {
  const found = await page.evaluate(() => ['require', 'process', 'module', 'electron', 'ipcRenderer', 'electronDoubleSend', 'electronDoubleReceive'].filter((name) => name in window));
  expect(found).toEqual([]);
});

test('the page gets a new port when it asks again, as after losing one', async () => {
  const received = await page.evaluate(() => new Promise<number>((resolve) => {
    addEventListener('message', ({ data, ports }) => { if (data?.type === 'role-accel:port') resolve(ports.length); });
    postMessage({ type: 'role-accel:connect' }, location.origin);
  }));
  expect(received).toBe(1);
});

test('the page is served with the policy, and with nothing that is not part of it', async () => {
  const answers = await page.evaluate(() => Promise.all(['/', '/../package.json', '/missing.js'].map(async (path) => {
    const response = await fetch(path);
    return { status: response.status, policy: response.headers.get('content-security-policy') };
  })));
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 404]);
  expect(answers[0]?.policy).toMatch(/^default-src 'none'; script-src 'self'; .*connect-src 'self'; .*trusted-types 'none'$/);
});

test('the page cannot go anywhere else', async () => {
  for (const target of ['https://example.com/', 'http://127.0.0.1:9/', 'https://role-accel.example/']) {
    await page.evaluate((url) => { location.href = url; }, target);
    await page.waitForTimeout(100);
    expect(page.url()).toMatch('https://role-accel/');
  }
  await expectPage(page.getByRole('navigation').first()).toBeVisible();
});

test('the page opens no window, and no link leaves for the browser', async () => {
  await page.evaluate(() => { open('https://example.com/'); open('about:blank'); open('file:///etc/passwd'); });
  await expect.poll(() => page.context().pages().length).toBe(1);
  expect(BrowserWindow.getAllWindows()).toHaveLength(1);
  expect(record.externalUrls).toEqual([]);
});

test('the page has no network', async () => {
  const outcome = await page.evaluate(() => fetch('https://example.com/').then(() => 'answered', () => 'refused'));
  expect(outcome).toBe('refused');
  const asked: boolean[] = [];
  for (const url of ['https://example.com/x.js', 'http://127.0.0.1/', 'ws://127.0.0.1/', 'file:///etc/passwd', 'app://elsewhere/', 'app://role-accel/a.js', 'blob:app://role-accel/1', 'data:,x']) {
    sessionState.requestFilter?.({ url }, ({ cancel }) => asked.push(cancel));
  }
  expect(asked).toEqual([true, true, true, true, true, false, false, false]);
});

test('permissions are denied but for the two in the table, and those to our page alone', () => {
  const answers: Record<string, boolean> = {};
  for (const [permission, requestingUrl] of [['media', 'app://role-accel/'], ['geolocation', 'app://role-accel/'], ['clipboard-sanitized-write', 'app://role-accel/'], ['clipboard-sanitized-write', 'https://example.com/'], ['made-up', 'app://role-accel/']] as const) {
    sessionState.permissionRequest?.(null, permission, (granted) => { answers[`${permission} ${requestingUrl}`] = granted; }, { requestingUrl });
    expect(sessionState.permissionCheck?.(null, permission, requestingUrl)).toBe(answers[`${permission} ${requestingUrl}`]);
  }
  expect(Object.entries(answers).filter(([, granted]) => granted)).toEqual([['clipboard-sanitized-write app://role-accel/', true]]);
  expect(sessionState.devicePermission?.()).toBe(false);
});

test('the native menu opens the data folder and carries the editing keys', () => {
  expect(record.menu.map(({ role, label }) => role ?? label)).toEqual(expect.arrayContaining(['File', 'editMenu', 'View', 'windowMenu']));
  const file = record.menu.find(({ label }) => label === 'File');
  (file?.submenu as { click(): void }[] | undefined)?.[0]?.click();
  expect(record.openedPaths).toEqual([folder.path]);
});

test('a page that crashes is loaded again, with the engine still behind it', async () => {
  const reloaded = page.waitForEvent('load');
  window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
  await reloaded;
  await expectPage(page.getByText(folder.path).first()).toBeVisible();
});

test('a second start shows the window of the first and ends', async () => {
  const before = window.focusCount;
  expect((await runApp(folder.path)).code).toBe(0);
  await vi.waitUntil(() => window.focusCount === before + 1);
});

test('a data folder in use by another shell is told in a dialog, without a stack', async () => {
  const other = temporaryFolder();
  const engine = await createEngine({ dataDir: other.path, shell: 'loopback', version: '0.0.0-test', resourcesDir: PROJECT });
  const { code, output } = await runApp(other.path);
  expect(code).toBe(1);
  expect(output).toContain('Role Accel cannot start\nAnother Role Accel is using this data folder');
  expect(output).not.toMatch(/\n\s+at /);
  await engine.close();
  other.dispose();
});

test('a database from the future is told in a dialog and not touched', async () => {
  const other = temporaryFolder();
  const engine = await createEngine({ dataDir: other.path, shell: 'none', version: '0.0.0-test', resourcesDir: PROJECT });
  const { name } = engine.store.sql;
  await engine.close();
  const database = new Database(name);
  database.pragma('user_version = 99999');
  database.close();
  const before = readFileSync(name);
  const { code, output } = await runApp(other.path);
  expect(code).toBe(1);
  expect(output).toContain('newer Role Accel');
  expect(readFileSync(name).equals(before)).toBe(true);
  other.dispose();
});

test('quitting saves the window, closes the engine and only then ends', async () => {
  window.setBounds({ x: 40, y: 60, width: 1100, height: 720 });
  const steps: string[] = [];
  window.once('closed', () => steps.push('window closed'));
  app.on('will-quit', ({ defaultPrevented }) => steps.push(defaultPrevented ? 'quitting waits' : 'quitting goes on'));
  app.once('quit', () => steps.push('quit'));
  app.quit();
  app.quit();
  await vi.waitUntil(() => record.exitCode !== null);
  expect(steps.filter((step, index) => steps.indexOf(step) === index)).toEqual(['window closed', 'quitting waits', 'quitting goes on', 'quit']);
  expect(JSON.parse(readFileSync(join(folder.path, 'window-state.json'), 'utf8'))).toEqual({ x: 40, y: 60, width: 1100, height: 720, maximized: false });
  const again = await createEngine({ dataDir: folder.path, shell: 'none', version: '0.0.0-test', resourcesDir: PROJECT });
  await again.close();
  expect(existsSync(join(folder.path, 'window', 'double.lock'))).toBe(false);
  rmSync(join(folder.path, 'window'), { recursive: true });
});
