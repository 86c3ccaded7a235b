import type Database from 'better-sqlite3';
import { EngineError } from '../contract/errors.ts';
import { MIGRATIONS, REPLAYED_SQL, SCHEMA_VERSION, type Migration } from './migrations/index.ts';

/** Marks a file as ours ("RACL"), so that another program's database is never migrated. */
export const APPLICATION_ID = 0x5241434c;

/** @throws EngineError STORAGE_FROM_FUTURE, before anything is written. */
export function refuseFromFuture(found: number, known: number = SCHEMA_VERSION): void {
  if (found > known) throw new EngineError('STORAGE_FROM_FUTURE', { found, known });
}

/**
 * Brings a database up to date, each migration in a transaction of its own.
 * `beforeFirst` runs once when there is something to do and the database is not new: the place for a snapshot.
 */
export function migrate(connection: Database.Database, options: { beforeFirst?: () => void; migrations?: readonly Migration[] } = {}): void {
  const migrations = options.migrations ?? MIGRATIONS;
  const found = Number(connection.pragma('user_version', { simple: true }));
  refuseFromFuture(found, migrations.reduce((newest, migration) => Math.max(newest, migration.version), 0));
  const due = migrations.filter((migration) => migration.version > found).toSorted((a, b) => a.version - b.version);
  if (due.length > 0 && found > 0) options.beforeFirst?.();
  for (const migration of due) {
    connection.transaction(() => {
      connection.exec(migration.sql);
      connection.pragma(`user_version = ${migration.version}`);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
    }).exclusive();
  }
  connection.transaction(() => connection.exec(REPLAYED_SQL)).immediate();
  if (due.length > 0) connection.pragma('wal_checkpoint(TRUNCATE)');
}
