import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EngineError } from '../contract/errors.ts';
import type { DataFolder } from './data-folder.ts';
import { addMemory, readMemory } from './merge-memory.ts';
import { applyMerge, planMerge, type MergeItem } from './merge.ts';
import { APPLICATION_ID, migrate } from './migrate.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';
import { isSound } from './snapshot.ts';
import type { Store } from './store.ts';

/** A complete copy of the database as bytes, made page by page without holding up writers. */
export async function readBackup(store: Store, folder: DataFolder): Promise<Uint8Array<ArrayBuffer>> {
  const work = mkdtempSync(join(folder.path, 'backup-'));
  try {
    const file = join(work, 'backup.db');
    await store.sql.backup(file, { progress: () => 500 });
    return Uint8Array.from(readFileSync(file));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A backup made ready to merge: checked, brought to this version, in a working folder of its own. */
export interface StagedBackup { file: string; createdAt: string; schemaVersion: number; interviews: number; dispose(): void }

/**
 * Checks a backup and prepares a private copy of it. The original is never opened for writing.
 * @throws EngineError BACKUP_UNREADABLE, BACKUP_FROM_FUTURE
 */
export function stageBackup(folder: DataFolder, source: { bytes: Uint8Array } | { file: string }): StagedBackup {
  const work = mkdtempSync(join(folder.path, 'restore-'));
  const dispose = (): void => rmSync(work, { recursive: true, force: true });
  try {
    const file = join(work, 'backup.db');
    if ('bytes' in source) writeFileSync(file, source.bytes, { mode: 0o600 }); else copyFileSync(source.file, file);
    if (!isSound(file)) throw new EngineError('BACKUP_UNREADABLE', { reason: 'it is damaged, incomplete or of another kind.' });
    const connection = new Database(file);
    try {
      const schemaVersion = Number(connection.pragma('user_version', { simple: true }));
      if (connection.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw new EngineError('BACKUP_UNREADABLE', { reason: 'it is the database of another program.' });
      if (schemaVersion > SCHEMA_VERSION) throw new EngineError('BACKUP_FROM_FUTURE', { found: schemaVersion, known: SCHEMA_VERSION });
      migrate(connection);
      const summary = connection.prepare<[], { n: number; at: string | null }>('SELECT count(*) AS n, max(seen_at) AS at FROM interview').get();
      return { file, schemaVersion, interviews: summary?.n ?? 0, createdAt: summary?.at ?? new Date(0).toISOString(), dispose };
    } finally {
      connection.close();
    }
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Runs `work` with a staged backup attached as `other`. */
function withAttached<Result>(store: Store, file: string, work: () => Result): Result {
  store.sql.prepare('ATTACH ? AS other').run(file);
  try { return work(); } finally { store.sql.exec('DETACH other'); }
}

export function previewMerge(store: Store, staged: StagedBackup): { items: MergeItem[]; onlyHere: number } {
  return withAttached(store, staged.file, () => {
    const items = planMerge(store.sql);
    const onlyHere = store.sql.prepare<[], { n: number }>('SELECT count(*) AS n FROM main.interview WHERE id NOT IN (SELECT id FROM other.interview)').get()?.n ?? 0;
    return { items, onlyHere };
  });
}

/** Merges a staged backup in one transaction: interviews, then what is remembered. The plan is made anew, so what happened since the preview is respected. */
export function mergeBackup(store: Store, staged: StagedBackup): MergeItem[] {
  return withAttached(store, staged.file, () => store.write(() => {
    const items = planMerge(store.sql);
    applyMerge(store.sql, items, (id) => `${id}-restored`);
    // A copy is read again; what was remembered of it means its turns, not those of the interview that stayed here.
    addMemory(store.sql, readMemory(store.sql), new Set(items.filter(({ effect }) => effect === 'copied').map(({ interviewId }) => interviewId)));
    // Of what was forgotten here, nothing comes back with what conversations were told.
    store.sql.exec("UPDATE main.conversation_summary SET facts = (SELECT json_group_array(value) FROM json_each(facts) WHERE value IN (SELECT text FROM main.memory_item WHERE kind = 'fact'))");
    return items;
  }));
}
