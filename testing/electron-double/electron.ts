// Stands in for the `electron` module of the main process, so that the built app runs without Electron's program.
// It shows that the app is wired as Electron wants it; it cannot show that Electron's own walls hold.
import type { MenuItemConstructorOptions, Rectangle } from 'electron';
import { record } from './record.ts';

export { app } from './app.ts';
export { DoubleWindow as BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { record } from './record.ts';
export { safeStorage } from './safe-storage.ts';
export { protocol, session, sessionState } from './session.ts';
export { utilityProcess } from './utility-process.ts';

export const shell = {
  openExternal: async (url: string): Promise<void> => void record.externalUrls.push(url),
  openPath: async (path: string): Promise<string> => { record.openedPaths.push(path); return ''; },
};

export const dialog = {
  showErrorBox(title: string, content: string): void {
    record.errorBoxes.push({ title, content });
    console.error(`${title}\n${content}`);
  },
};

export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] => template,
  setApplicationMenu(menu: MenuItemConstructorOptions[]): void { record.menu = menu; },
};

const display: { id: number; workArea: Rectangle } = { id: 1, workArea: { x: 0, y: 25, width: 1440, height: 875 } };
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] };
