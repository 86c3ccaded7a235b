import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EngineError } from '../contract/errors.ts';

/** The files of one data folder. */
export interface DataFolder {
  readonly path: string;
  readonly databaseFile: string;
  readonly snapshots: string;
  readonly damaged: string;
  /** Gives the folder back to the next engine. */
  release(): void;
}

/**
 * Claims a data folder for this process.
 * The claim is an exclusive lock of the operating system on a small file (taken through SQLite), so a killed process leaves none behind.
 * @throws EngineError STORAGE_IN_USE when another engine holds it, STORAGE_UNUSABLE when it cannot be written.
 */
export function claimDataFolder(path: string): DataFolder {
  const snapshots = join(path, 'snapshots');
  const ownerFile = join(path, 'engine.pid');
  let lock: Database.Database;
  try {
    mkdirSync(snapshots, { recursive: true, mode: 0o700 });
    lock = new Database(join(path, 'engine.lock'), { timeout: 0 });
  } catch (error) {
    throw new EngineError('STORAGE_UNUSABLE', { reason: `${path}: ${(error as Error).message}.` }, { cause: error });
  }
  try {
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(ownerFile, String(process.pid));
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw new EngineError('STORAGE_UNUSABLE', { reason: `${path}: ${(error as Error).message}.` }, { cause: error });
    const owner = existsSync(ownerFile) ? `, process ${readFileSync(ownerFile, 'utf8').trim()}` : '';
    throw new EngineError('STORAGE_IN_USE', { folder: path, owner }, { cause: error });
  }
  return {
    path, snapshots, databaseFile: join(path, 'role-accel.db'), damaged: join(path, 'damaged'),
    release() {
      rmSync(ownerFile, { force: true });
      lock.close();
    },
  };
}
