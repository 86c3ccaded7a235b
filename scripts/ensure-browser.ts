import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** Where an installed browser may be; looked up each time, since one may just have been installed. */
function installedPlaces(): string[] {
  if (process.platform === 'darwin') return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  if (process.platform === 'win32') {
    const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => process.env[name] ?? []);
    return folders.flatMap((folder) => [join(folder, 'Google/Chrome/Application/chrome.exe'), join(folder, 'Microsoft/Edge/Application/msedge.exe')]);
  }
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].flatMap(onPath);
}

/** What every way to a browser ends with when there is none. */
export const NO_BROWSER = `No Chromium was found or could be installed. Either
  set ROLE_ACCEL_CHROMIUM to the path of a Chromium, Chrome or Edge,
  or install one (Debian and Ubuntu: apt-get install chromium),
  or let Playwright download its own: npx playwright install chromium`;

/**
 * A Chromium that is here already: the one ROLE_ACCEL_CHROMIUM names, an installed one, or Playwright's own; undefined when there is none.
 * @throws Error when ROLE_ACCEL_CHROMIUM names nothing that can be run.
 */
export function findBrowser(): string | undefined {
  const named = process.env['ROLE_ACCEL_CHROMIUM'];
  if (named) {
    if (!isExecutable(named)) throw new Error(`ROLE_ACCEL_CHROMIUM names ${named}, which cannot be run.`);
    return named;
  }
  return installedPlaces().find((file) => isExecutable(file) && runs(file)) ?? playwrightsOwn();
}

/**
 * A Chromium to test with; installs one when there is none: with apt-get when that is permitted, else Playwright's download.
 * @throws Error that says what to do.
 */
export function ensureBrowser(): string {
  const browser = findBrowser() ?? installWithApt() ?? downloadWithPlaywright();
  if (!browser) throw new Error(NO_BROWSER);
  return browser;
}

function installWithApt(): string | undefined {
  const isRoot = process.getuid?.() === 0;
  if (onPath('apt-get').length === 0 || !(isRoot || spawnSync('sudo', ['-n', 'true']).status === 0)) return undefined;
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const apt = (...args: string[]): boolean =>
    isRoot ? run('apt-get', [...options, ...args], 600_000) : run('sudo', ['-n', 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...options, ...args], 600_000);
  apt('update'); // may fail for one list of several; the install shows whether it matters
  return apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation') ? findBrowser() : undefined;
}

function downloadWithPlaywright(): string | undefined {
  const cli = join(import.meta.dirname, '..', 'node_modules', '@playwright', 'test', 'cli.js');
  return run(process.execPath, [cli, 'install', 'chromium'], 300_000) ? playwrightsOwn() : undefined;
}

function playwrightsOwn(): string | undefined {
  const file = chromium.executablePath();
  return isExecutable(file) ? file : undefined;
}

function run(command: string, args: readonly string[], timeoutMs: number): boolean {
  console.log(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout: timeoutMs, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
}

/** A file may be there and yet not start: Ubuntu's chromium-browser is a stub that points at the snap store. */
const runs = (file: string): boolean => process.platform === 'win32' || spawnSync(file, ['--version'], { timeout: 30_000 }).status === 0;

function onPath(name: string): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
