import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface OpenWindowOptions {
  readonly url: string;
  readonly dataDir: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** Starts a program and leaves it alone; replaced in tests. */
  readonly launch?: (command: string, args: readonly string[]) => void;
  readonly isExecutable?: (file: string) => boolean;
}

/** What was opened, and how to take its address file away again. */
export interface OpenedWindow { readonly how: 'app-window' | 'browser'; forget(): void }

/**
 * Opens the app: a Chromium window without browser controls when there is one, else the default browser; null without a display.
 * Command lines can be read by every user of the machine, so the browser is given a file that only this user
 * can read, and the file leads to the one-time address.
 */
export function openWindow(options: OpenWindowOptions): OpenedWindow | null {
  const { url, dataDir, env = process.env, platform = process.platform, launch = launchDetached, isExecutable = canExecute } = options;
  if (!hasDisplay(env, platform)) return null;
  const folder = join(dataDir, 'window');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'open.html');
  rmSync(file, { force: true });
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><title>Opening Role Accel</title><meta http-equiv="refresh" content="0;url=${url}">\n`, { mode: 0o600 });
  const forget = (): void => rmSync(file, { force: true });
  const address = pathToFileURL(file).href;

  const chromium = findChromium(env, platform, isExecutable);
  if (chromium) {
    const asRoot = platform === 'linux' && process.getuid?.() === 0;
    launch(chromium, [`--app=${address}`, `--user-data-dir=${join(folder, 'profile')}`, '--no-first-run', '--no-default-browser-check', ...(asRoot ? ['--no-sandbox'] : [])]);
    return { how: 'app-window', forget };
  }
  if (platform === 'darwin') launch('open', [address]);
  else if (platform === 'win32') launch('rundll32', ['url.dll,FileProtocolHandler', address]);
  else launch('xdg-open', [address]);
  return { how: 'browser', forget };
}

/** Whether a window could be seen at all. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

function findChromium(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, isExecutable: (file: string) => boolean): string | undefined {
  if (env['ROLE_ACCEL_CHROMIUM']) return env['ROLE_ACCEL_CHROMIUM'];
  return chromiumPlaces(env, platform).find(isExecutable);
}

function chromiumPlaces(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((folder) => folder !== undefined);
    return folders.flatMap((folder) => [join(folder, 'Google/Chrome/Application/chrome.exe'), join(folder, 'Microsoft/Edge/Application/msedge.exe')]);
  }
  // A snap's Chromium may not read hidden folders, so it would never see the address file: the default browser is asked instead.
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.startsWith('/snap/'));
  return ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'microsoft-edge'].flatMap((name) => folders.map((folder) => join(folder, name)));
}

function canExecute(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function launchDetached(command: string, args: readonly string[]): void {
  spawn(command, args, { detached: true, stdio: 'ignore' })
    .on('error', () => console.error(`No window could be opened (${command}). Use the address above.`))
    .unref();
}
