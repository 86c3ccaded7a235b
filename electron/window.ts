import { BrowserWindow, screen } from 'electron';
import { APP_URL } from './app-url.ts';
import { WEB_PREFERENCES } from './web-preferences.ts';
import { MIN_SIZE, placeWindow, readWindowState, writeWindowState, type Rectangle } from './window-state.ts';

/** A page that crashes again within this time, in ms, is not reloaded another time. */
const CRASH_LOOP_MS = 10_000;

export interface WindowOptions {
  readonly dataDir: string;
  readonly preloadFile: string;
}

/** Opens the window where it was left, and shows it once it has something to show. */
export function openMainWindow({ dataDir, preloadFile }: WindowOptions): BrowserWindow {
  const { maximized, ...bounds } = placeWindow(readWindowState(dataDir), workAreas());
  const window = new BrowserWindow({
    ...bounds,
    minWidth: Math.min(MIN_SIZE.width, bounds.width),
    minHeight: Math.min(MIN_SIZE.height, bounds.height),
    title: 'Role Accel',
    show: false,
    webPreferences: { ...WEB_PREFERENCES, preload: preloadFile },
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on('close', () => writeWindowState(dataDir, { ...window.getNormalBounds(), maximized: window.isMaximized() }));
  reloadAfterCrash(window);
  void window.loadURL(APP_URL);
  return window;
}

/** Brings the window to the front, as when the app is started a second time. */
export function showMainWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function workAreas(): [Rectangle, ...Rectangle[]] {
  const primary = screen.getPrimaryDisplay();
  return [primary.workArea, ...screen.getAllDisplays().filter(({ id }) => id !== primary.id).map(({ workArea }) => workArea)];
}

/** A crashed page is loaded again, since everything typed is with the engine. */
function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrash = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = performance.now();
    const again = now - lastCrash < CRASH_LOOP_MS;
    lastCrash = now;
    console.error(`the window's page ended (${reason})${again ? ' again' : ', loading it again'}`);
    if (!again) window.webContents.reload();
  });
}
