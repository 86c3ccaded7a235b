import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, protocol, safeStorage, session } from 'electron';
import { defaultDataDir } from '../core/data-dir.ts';
import { createEngine } from '../core/engine.ts';
import { findAppRoot } from '../shell/app-root.ts';
import { describeStartFailure } from '../shell/start-failure.ts';
import { parseStartOptions, StartOptionsError, type StartOptions } from '../shell/start-options.ts';
import { registerAppScheme, serveWindow } from './app-protocol.ts';
import { serveEngine } from './engine-port.ts';
import { utilityProcessLauncher } from './inference-process.ts';
import { setMenu } from './menu.ts';
import { guardNavigation } from './navigation-guard.ts';
import { cutOffNetwork } from './network-filter.ts';
import { applyPermissions } from './permissions.ts';
import { closeBeforeQuit } from './quit.ts';
import { createSafeStorageSecrets } from './secrets.ts';
import { openMainWindow, showMainWindow } from './window.ts';

/** The desktop shell, from first line to last: what has to come before `ready`, then the engine, the walls, the window. */
async function main(): Promise<void> {
  const options = readOptions();
  const dataDir = options.dataDir ?? defaultDataDir();
  mkdirSync(join(dataDir, 'window'), { recursive: true, mode: 0o700 });
  app.setPath('userData', join(dataDir, 'window')); // also what the single-instance lock goes by: one app per data folder
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.on('second-instance', showMainWindow);
  app.enableSandbox();
  app.commandLine.appendSwitch('disable-background-networking');
  registerAppScheme();
  guardNavigation(app);
  await app.whenReady();

  const root = findAppRoot(import.meta.dirname);
  const engine = await createEngine({
    dataDir,
    shell: 'electron',
    version: root.version,
    resourcesDir: root.resourcesDir,
    secrets: createSafeStorageSecrets({ dataDir, safeStorage }),
    inferenceProcess: utilityProcessLauncher(import.meta.dirname),
    onQuitAsked: () => app.quit(),
    ...(options.testMode ? { testMode: options.testMode } : {}),
  });
  closeBeforeQuit(app, () => engine.close());
  serveEngine(ipcMain, engine);
  serveWindow(protocol, root.windowDir);
  applyPermissions(session.defaultSession);
  cutOffNetwork(session.defaultSession);
  setMenu({ dataDir, platform: process.platform, developer: !app.isPackaged });

  const open = (): unknown => openMainWindow({ dataDir, preloadFile: root.preloadFile });
  open();
  app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && open());
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit());
}

function readOptions(): StartOptions {
  const options = parseStartOptions(process.argv.slice(1), { strict: false });
  if (options.testMode && app.isPackaged) throw new StartOptionsError('Test mode is not part of the installed app.');
  return options;
}

main().catch(async (error: unknown) => {
  await app.whenReady();
  dialog.showErrorBox('Role Accel cannot start', describeStartFailure(error));
  app.exit(1);
});
