import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrate } from '../core/storage/migrate.ts';
import { jobs } from '../core/storage/migrations/040-jobs.ts';
import { MIGRATIONS } from '../core/storage/migrations/index.ts';
import { Store } from '../core/storage/store.ts';

/** A migrated database in `folder`, with a table for what jobs write. `safe` is the app's own way to disk; without it, tests are faster. */
export function openJobStore(folder: string, { safe = true, freeBytes }: { safe?: boolean; freeBytes?: () => number } = {}): Store {
  const connection = new Database(join(folder, 'jobs.db'), { timeout: 2000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma(`synchronous = ${safe ? 'FULL' : 'OFF'}`);
  connection.pragma('secure_delete = ON');
  const all = MIGRATIONS.some(({ version }) => version === jobs.version) ? MIGRATIONS : [...MIGRATIONS, jobs];
  migrate(connection, { migrations: all });
  connection.exec('CREATE TABLE IF NOT EXISTS result (job TEXT NOT NULL, text TEXT NOT NULL)');
  return new Store(connection, freeBytes);
}
