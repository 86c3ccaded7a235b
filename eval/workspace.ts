import { join } from 'node:path';
import { systemClock } from '../core/sources.ts';
import { claimDataFolder, type DataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import type { Store } from '../core/storage/store.ts';
import { temporaryFolder } from '../testing/engine.ts';

/** A data folder of its own with a migrated database, gone after `dispose`. Nothing of the person's is read or written. */
export interface Workspace { path: string; folder: DataFolder; store: Store; dispose(): void }

export function openWorkspace(): Workspace {
  const temporary = temporaryFolder('role-accel-eval-');
  const folder = claimDataFolder(join(temporary.path, 'data'));
  const { store } = openStore(folder, () => new Date(systemClock.now()).toISOString());
  return { path: temporary.path, folder, store, dispose() { store.close(); folder.release(); temporary.dispose(); } };
}
