import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { DataFolder } from './data-folder.ts';

/** A complete copy of the database, taken on its own. The file name carries what is needed to choose one. */
export interface Snapshot { name: string; file: string; at: string; reason: string; bytes: number }

const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-([a-z-]+)\.db$/;
/** Copies kept: enough to go back a week of daily ones. */
const KEEP = 10;

/** Newest first. */
export function listSnapshots(folder: DataFolder): Snapshot[] {
  if (!existsSync(folder.snapshots)) return [];
  return readdirSync(folder.snapshots).flatMap((name) => {
    const match = NAME.exec(name);
    if (!match) return [];
    const [, day, hour, minute, second, ms, reason] = match;
    const file = join(folder.snapshots, name);
    return [{ name, file, at: `${day}T${hour}:${minute}:${second}.${ms}Z`, reason: reason ?? '', bytes: statSync(file).size }];
  }).sort((a, b) => (a.name < b.name ? 1 : -1));
}

/** Copies the database while nobody else writes (start-up, restore). The copy appears whole or not at all. */
export function takeSnapshot(connection: Database.Database, folder: DataFolder, at: string, reason: string): Snapshot {
  const { file, partial } = target(folder, at, reason);
  connection.prepare('VACUUM INTO ?').run(partial);
  return finish(folder, file, partial);
}

/** The same, page by page in the background, so that a person's turn never waits for it. */
export async function takeSnapshotInBackground(connection: Database.Database, folder: DataFolder, at: string, reason: string): Promise<Snapshot> {
  const { file, partial } = target(folder, at, reason);
  await connection.backup(partial, { progress: () => 200 });
  return finish(folder, file, partial);
}

/** True when a file is a whole database: it opens and `PRAGMA quick_check` finds nothing. */
export function isSound(file: string): boolean {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(file, { readonly: true, fileMustExist: true });
    return connection.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch {
    return false;
  } finally {
    connection?.close();
  }
}

function target(folder: DataFolder, at: string, reason: string): { file: string; partial: string } {
  mkdirSync(folder.snapshots, { recursive: true, mode: 0o700 });
  const file = join(folder.snapshots, `${at.replace(/[:.]/g, '-')}-${reason}.db`);
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  return { file, partial };
}

function finish(folder: DataFolder, file: string, partial: string): Snapshot {
  renameSync(partial, file);
  for (const old of listSnapshots(folder).slice(KEEP)) rmSync(old.file, { force: true });
  const made = listSnapshots(folder).find((snapshot) => snapshot.file === file);
  if (!made) throw new Error(`snapshot ${file} is missing right after it was written`);
  return made;
}
