import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { watch } from 'chokidar';

/** Editors write a file in several steps. */
const QUIET_MS = 100;
/** Prompts, cases, labels and experiments by their names. */
export const WATCHED = /\.(prompt|json|ya?ml)$/;
/** Copies that the app makes itself. */
export const LAST_GOOD = 'last-good';

/** Tells when prompts, cases or their JSON files changed in one of the folders, once after each burst; also for what changed while watching began. */
export function watchPrompts(folders: { app: string; own: string }, changed: () => void): { close(): Promise<void> } {
  try { mkdirSync(folders.own, { recursive: true, mode: 0o700 }); } catch { /* a folder that cannot be made is told when something is saved */ }
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (!watcher.closed) changed(); }, QUIET_MS);
  };
  const watcher = watch([folders.app, folders.own], {
    ignoreInitial: true, depth: 1,
    ignored: (path, stats) => basename(path) === LAST_GOOD || (stats?.isFile() === true && !WATCHED.test(path)),
  });
  watcher.on('all', soon);
  watcher.on('ready', soon);
  watcher.on('error', () => {}); // a folder that cannot be watched: its files are read again at the next start
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
