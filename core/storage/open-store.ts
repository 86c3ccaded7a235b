import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { DataFolder } from './data-folder.ts';
import { migrate, refuseFromFuture } from './migrate.ts';
import { finishRecovery, recover, recoveryPending, type Recovery } from './recover.ts';
import { salvage } from './salvage.ts';
import { listSnapshots, takeSnapshot } from './snapshot.ts';
import { Store } from './store.ts';

/**
 * Opens the database of a claimed folder: refuses one from the future untouched, checks it, recovers it when damaged, migrates it.
 * @throws EngineError STORAGE_FROM_FUTURE
 */
export function openStore(folder: DataFolder, now: () => string, freeBytes?: () => number): { store: Store; recovery: Recovery | null } {
  let recovery: Recovery | null = null;
  if (recoveryPending(folder)) recovery = recover(folder, now());
  refuseFromFuture(versionInHeader(folder.databaseFile));
  const missing = (!existsSync(folder.databaseFile) || statSync(folder.databaseFile).size === 0) && listSnapshots(folder).length > 0;
  let connection = missing ? undefined : connectIfSound(folder.databaseFile);
  if (!connection) {
    recovery = recover(folder, now());
    connection = connect(folder.databaseFile);
  }
  try {
    const opened = connection;
    migrate(opened, { beforeFirst: () => takeSnapshot(opened, folder, now(), 'before-migration') });
  } catch (error) {
    connection.close();
    throw error;
  }
  const store = new Store(connection, freeBytes);
  if (recovery?.damagedFile) recovery.salvaged = salvage(store, recovery.damagedFile);
  if (recovery) finishRecovery(folder);
  return { store, recovery };
}

function connect(file: string): Database.Database {
  const connection = new Database(file, { timeout: 2000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('secure_delete = ON');
  connection.pragma('temp_store = MEMORY');
  return connection;
}

function connectIfSound(file: string): Database.Database | undefined {
  let connection: Database.Database | undefined;
  try {
    connection = connect(file);
    if (connection.pragma('quick_check(1)', { simple: true }) === 'ok') return connection;
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (!/^SQLITE_(CORRUPT|NOTADB)/.test(code)) { connection?.close(); throw error; }
  }
  connection?.close();
  return undefined;
}

/** `user_version` as it stands in the file's header (bytes 60 to 63), read without opening the database. 0 for no file. */
export function versionInHeader(file: string): number {
  if (!existsSync(file)) return 0;
  const header = Buffer.alloc(64);
  const handle = openSync(file, 'r');
  try {
    const read = readSync(handle, header, 0, 64, 0);
    return read === 64 && header.toString('latin1', 0, 15) === 'SQLite format 3' ? header.readInt32BE(60) : 0;
  } finally {
    closeSync(handle);
  }
}
