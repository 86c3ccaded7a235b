import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { addMemory, readMemory } from './merge-memory.ts';
import { applyMerge, planMergeOf, readExtras, type MergeEffect } from './merge.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';
import type { Store } from './store.ts';

/**
 * Merges into the store whatever can still be read out of a damaged database, interview by interview, and returns how many gained by it.
 * Works on a copy: the damaged file stays as it was found. An interview that cannot be read whole is left out, never half taken.
 */
export function salvage(store: Store, damagedFile: string): number {
  const work = mkdtempSync(join(dirname(damagedFile), 'salvage-'));
  try {
    const file = join(work, 'damaged.db');
    for (const suffix of ['', '-wal']) if (existsSync(damagedFile + suffix)) copyFileSync(damagedFile + suffix, file + suffix);
    if (!isReadable(file)) return 0;
    store.sql.prepare('ATTACH ? AS other').run(file);
    try {
      const effects = new Map(interviewIds(store.sql).map((id) => [id, mergeOne(store, id)]));
      salvageMemory(store, effects);
      return [...effects.values()].filter((effect) => effect !== undefined && effect !== 'kept').length;
    } finally {
      store.sql.exec('DETACH other');
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** An older version's rows fit into ours: columns added since have defaults. */
const isKnownVersion = (version: number): boolean => version > 0 && version <= SCHEMA_VERSION;

/** Folds the write-ahead log in, and tells whether the file is a database we can read at all. */
function isReadable(file: string): boolean {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(file);
    connection.pragma('wal_checkpoint(TRUNCATE)');
    return isKnownVersion(Number(connection.pragma('user_version', { simple: true })));
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  } finally {
    connection?.close();
  }
}

/** The ids that can be read before the first page that cannot. Without an index, because an index may be what is damaged. */
function interviewIds(connection: Database.Database): string[] {
  const ids: string[] = [];
  try {
    for (const { id } of connection.prepare<[], { id: string }>('SELECT id FROM other.interview NOT INDEXED').iterate()) ids.push(id);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return ids;
}

/** What became of it; undefined when it cannot be read whole. */
function mergeOne(store: Store, id: string): MergeEffect | undefined {
  const extras = canReadExtras(store, id);
  try {
    return store.write(() => {
      const item = planMergeOf(store.sql, id);
      if (item && item.effect !== 'kept') applyMerge(store.sql, [item], (interviewId) => `${interviewId}-restored`, { extras });
      return item?.effect;
    });
  } catch (error) {
    if (isDamage(error) || isDamage((error as Error).cause)) return undefined;
    throw error;
  }
}

/** An interview is worth having without its prompts and what was made of it. Tried beforehand, since damage met within a transaction ends it. */
function canReadExtras(store: Store, id: string): boolean {
  try {
    readExtras(store.sql, id);
    return true;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return false;
  }
}

/** As far as it can be read; damage to it costs no interview. */
function salvageMemory(store: Store, effects: ReadonlyMap<string, MergeEffect | undefined>): void {
  const memory = readMemory(store.sql, isDamage);
  const elsewhere = new Set([...effects].flatMap(([id, effect]) => (effect === undefined || effect === 'copied' ? [id] : [])));
  try {
    store.write(() => addMemory(store.sql, memory, elsewhere));
  } catch (error) {
    if (!isDamage(error) && !isDamage((error as Error).cause)) throw error;
  }
}

const isDamage = (error: unknown): boolean => error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB|CONSTRAINT)/.test(error.code);
