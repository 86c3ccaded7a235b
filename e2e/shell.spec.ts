import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from '@playwright/test';
import { openWindow } from '../loopback/open-window.ts';
import { expect, openApp, test } from './fixtures.ts';

/** Another local page: some other program's server on this machine, open in the same browser. */
async function withOtherPage(use: (origin: string) => Promise<void>): Promise<void> {
  const other: Server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>other</title>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  await use(`http://127.0.0.1:${(other.address() as AddressInfo).port}`).finally(() => other.close());
}

const tryFetch = (page: Page, url: string, init: { mode: RequestMode; credentials: RequestCredentials }): Promise<string> =>
  page.evaluate(async ([address, options]) => fetch(address, options).then(({ type, status }) => `${type} ${status}`, () => 'refused'), [url, init] as const);

const trySocket = (page: Page, url: string): Promise<string> =>
  page.evaluate((address) => new Promise<string>((resolve) => {
    const socket = new WebSocket(address);
    socket.addEventListener('open', () => resolve('open'));
    socket.addEventListener('error', () => resolve('refused'));
  }), url);

test('the printed address opens the app, and leaves no token in the address bar', async ({ page, app }) => {
  await expect(page).toHaveURL(`${app.origin}/`);
  await expect(page.getByRole('navigation').first()).toBeVisible();
  await page.goBack().catch(() => null);
  expect(page.url()).not.toContain('token');
});

test('reloading keeps the window signed in', async ({ page }) => {
  await page.reload();
  await expect(page.getByRole('navigation').first()).toBeVisible();
});

test('an address that was used once says where to get a new one', async ({ page, app, browser }) => {
  const url = await app.newUrl();
  await page.goto(url);
  await page.waitForURL(`${app.origin}/`);
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(url);
  await expect(stranger.getByRole('heading', { name: 'This address was already used or replaced' })).toBeVisible();
  await expect(stranger.getByText('press Enter')).toBeVisible();
});

test('a browser that did not sign in gets a page that says what to do, and no data', async ({ app, browser }) => {
  const stranger = await (await browser.newContext()).newPage();
  expect((await stranger.goto(app.origin))?.status()).toBe(401);
  await expect(stranger.getByRole('heading', { name: 'This window is not signed in' })).toBeVisible();
  expect(await trySocket(stranger, `${app.origin.replace('http', 'ws')}/rpc`)).toBe('refused');
});

test('another local page can reach neither calls nor files, though the browser adds the cookie', async ({ page, app }) => {
  await withOtherPage(async (origin) => {
    await page.goto(origin);
    expect(await trySocket(page, `${app.origin.replace('http', 'ws')}/rpc`)).toBe('refused');
    for (const mode of ['cors', 'no-cors'] as const) {
      expect(await tryFetch(page, `${app.origin}/`, { mode, credentials: 'include' })).toBe('refused');
    }
    await page.evaluate((address) => document.body.append(Object.assign(document.createElement('iframe'), { src: address })), app.origin);
    await expect.poll(() => page.frames().length).toBe(2);
    await expect(page.frameLocator('iframe').getByRole('navigation')).toHaveCount(0);
  });
});

test('another local page that opens the app gets no hold of its window', async ({ page, app }) => {
  await withOtherPage(async (origin) => {
    await page.goto(origin);
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate((address) => { Object.assign(window, { opened: window.open(address) }); }, app.origin),
    ]);
    await popup.waitForLoadState();
    expect(await page.evaluate(() => (window as unknown as { opened: Window | null }).opened?.closed)).toBe(true);
  });
});

test('a domain that was rebound to this machine is refused', async ({ app }) => {
  const executablePath = test.info().project.use.launchOptions?.executablePath;
  const rebound = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--host-resolver-rules=MAP evil.example 127.0.0.1'] });
  const page = await rebound.newPage();
  const address = `http://evil.example:${new URL(app.origin).port}`;
  expect((await page.goto(address))?.status()).toBe(421);
  expect(await trySocket(page, `${address.replace('http', 'ws')}/rpc`)).toBe('refused');
  await rebound.close();
});

test('the page runs no script that was not shipped with it', async ({ app, context }) => {
  const page = await context.newPage(); // not the fixture's page, which fails on what is provoked here
  await openApp(page, app);
  const ran = await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="missing:" onerror="window.injected = true">');
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    return new Promise((resolve) => setTimeout(() => resolve('injected' in window), 100));
  }).catch(() => false);
  expect(ran).toBe(false);
});

test('closing the tab leaves the app running; quitting ends it', async ({ page, app, context }) => {
  const client = await app.connect();
  await page.close();
  const again = await context.newPage();
  await again.goto(app.origin);
  await expect(again.getByRole('navigation').first()).toBeVisible();
  await client.app.quit();
  await expect.poll(() => app.process.exitCode).toBe(0);
});

test('Enter in the terminal prints a new address that works', async ({ browser, app }) => {
  const page = await (await browser.newContext()).newPage();
  await openApp(page, app);
  await expect(page.getByRole('navigation').first()).toBeVisible();
});

test('the file that a browser is started with leads into the app', async ({ browser, app }) => {
  let address = '';
  openWindow({ url: await app.newUrl(), dataDir: app.dataDir, env: { DISPLAY: ':0' }, platform: 'linux', isExecutable: () => false, launch: (_command, args) => { address = args[0] ?? ''; } });
  const page = await (await browser.newContext()).newPage();
  await page.goto(address);
  await page.waitForURL(`${app.origin}/`);
  await expect(page.getByRole('navigation').first()).toBeVisible();
});
