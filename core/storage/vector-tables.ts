import type Database from 'better-sqlite3';
import { loadVectors } from './vec-extension.ts';

/** The vec0 tables of a database, one for each embedder whose vectors are kept; none where vectors were never made. */
function vectorTables(connection: Database.Database): string[] {
  return connection.prepare<[], string>("SELECT name FROM sqlite_master WHERE name LIKE 'memory\\_vector\\_%' ESCAPE '\\' AND sql LIKE 'CREATE VIRTUAL TABLE%'").pluck().all();
}

/** The plain tables in which they keep their rows; what stands in `_info` is of the table, not of the person. */
function rowTables(connection: Database.Database): string[] {
  return connection.prepare<[], string>(`
    SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'memory\\_vector\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_info' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'`).pluck().all();
}

/**
 * Deletes all vectors, in the caller's transaction. Where sqlite-vec is not there its tables cannot be dropped, and only there their rows can
 * be deleted as those of plain tables.
 */
export function deleteVectors(connection: Database.Database): void {
  if (vectorTables(connection).length > 0 && loadVectors(connection) === null) for (const table of vectorTables(connection)) connection.exec(`DROP TABLE "${table}"`);
  for (const table of rowTables(connection)) connection.exec(`DELETE FROM "${table}"`);
}

/** Rows that could hold a vector, read without sqlite-vec. */
export function countVectorRows(connection: Database.Database): number {
  return rowTables(connection).reduce((sum, table) => sum + (connection.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() ?? 0), 0);
}
