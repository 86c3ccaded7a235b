import { Menu, shell, type MenuItemConstructorOptions } from 'electron';

export interface MenuOptions {
  readonly dataDir: string;
  readonly platform: NodeJS.Platform;
  /** Adds the developer tools; not in an installed app. */
  readonly developer: boolean;
}

/** The native menu; what the window itself offers is in its command palette. */
export function menuTemplate({ dataDir, platform, developer }: MenuOptions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: [{ label: 'Open data folder', click: () => void shell.openPath(dataDir) }, separator, mac ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'reload' }, ...(developer ? [{ role: 'toggleDevTools' } as const] : []), separator,
        { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, separator, { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}

/** Installs the native menu. */
export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}
