import type Database from 'better-sqlite3';

/** Columns of a table of the attached database `other`, which may be older and not have every table nor every column. */
export const columnsOfOther = (connection: Database.Database, table: string): string[] => (connection.pragma(`other.table_info(${table})`) as { name: string }[]).map(({ name }) => name);
