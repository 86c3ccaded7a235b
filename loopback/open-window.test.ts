import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWindow, type OpenedWindow } from './open-window.ts';

const url = 'http://127.0.0.1:4000/start#token=secret-token';
let dataDir: string;
let launched: { command: string; args: readonly string[] }[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'role-accel-open-'));
  launched = [];
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function open(env: NodeJS.ProcessEnv, installed: readonly string[] = [], platform: NodeJS.Platform = 'linux'): OpenedWindow | null {
  return openWindow({ url, dataDir, env, platform, isExecutable: (file) => installed.includes(file), launch: (command, args) => launched.push({ command, args }) });
}

test('without a display nothing is opened', () => {
  expect(open({ PATH: '/usr/bin' }, ['/usr/bin/chromium'])).toBeNull();
  expect(launched).toEqual([]);
});

test('a Chromium becomes a window of its own', () => {
  expect(open({ DISPLAY: ':0', PATH: '/usr/bin' }, ['/usr/bin/chromium'])?.how).toBe('app-window');
  expect(launched).toMatchObject([{ command: '/usr/bin/chromium', args: expect.arrayContaining([`--app=${pathToFileURL(join(dataDir, 'window', 'open.html')).href}`]) }]);
});

test('otherwise the default browser is asked', () => {
  expect(open({ WAYLAND_DISPLAY: 'wayland-0', PATH: '/snap/bin' }, ['/snap/bin/chromium'])?.how).toBe('browser');
  expect(open({}, [], 'darwin')?.how).toBe('browser');
  expect(open({}, [], 'win32')?.how).toBe('browser');
  expect(launched.map(({ command }) => command)).toEqual(['xdg-open', 'open', 'rundll32']);
});

test('the token is on no command line, where other users could read it, but in a file that only this user can read', () => {
  open({ DISPLAY: ':0', PATH: '/usr/bin' }, ['/usr/bin/chromium']);
  expect(JSON.stringify(launched)).not.toContain('secret-token');
  const file = join(dataDir, 'window', 'open.html');
  expect(readFileSync(file, 'utf8')).toContain(url);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the file is gone once the app is', () => {
  open({ DISPLAY: ':0' })?.forget();
  expect(existsSync(join(dataDir, 'window', 'open.html'))).toBe(false);
});
