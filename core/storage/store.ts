import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { EngineError } from '../contract/errors.ts';

/** What test mode can make happen around a write; absent in normal use. */
export interface WriteFaults {
  beforeWrite(connection: Database.Database): void;
  beforeCommit(connection: Database.Database): void;
  afterCommit(): void;
}

/** Below this much free disk nothing new is written, so that the system and the WAL keep room to breathe. */
export const FREE_SPACE_FLOOR_BYTES = 32 * 1024 * 1024;

/** The one connection to the one database file. Reads go through `sql`, writes through `write`. */
export class Store {
  readonly sql: Database.Database;
  readonly #freeBytes: () => number;
  readonly #statements = new Map<string, Database.Statement>();
  faults: WriteFaults | undefined;

  constructor(sql: Database.Database, freeBytes: () => number = () => freeDiskBytes(dirname(sql.name))) {
    this.sql = sql;
    this.#freeBytes = freeBytes;
  }

  freeBytes(): number { return this.#freeBytes(); }

  /** A prepared statement, prepared once. */
  prepare<Row = unknown, Params extends unknown[] = unknown[]>(source: string): Database.Statement<Params, Row> {
    const known = this.#statements.get(source);
    if (known) return known as Database.Statement<Params, Row>;
    const statement = this.sql.prepare<Params, Row>(source);
    this.#statements.set(source, statement as Database.Statement);
    return statement;
  }

  /**
   * Runs `work` in one transaction that is on disk when this returns, or not at all. Work that `frees` room may use what the floor keeps.
   * @throws EngineError STORAGE_FULL or STORAGE_FAILED; what `work` itself throws passes through.
   */
  write<Result>(work: () => Result, { frees = false }: { frees?: boolean } = {}): Result {
    if (this.sql.inTransaction) return work();
    const free = this.#freeBytes();
    if (!frees && free < FREE_SPACE_FLOOR_BYTES) throw new EngineError('STORAGE_FULL', { neededMb: Math.ceil((FREE_SPACE_FLOOR_BYTES - free) / 1024 / 1024) });
    try {
      this.faults?.beforeWrite(this.sql);
      const result = this.sql.transaction(() => {
        const done = work();
        this.faults?.beforeCommit(this.sql);
        return done;
      }).immediate();
      this.faults?.afterCommit();
      return result;
    } catch (error) {
      throw mapSqliteError(error);
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.sql.open) this.sql.close();
  }
}

export function freeDiskBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function mapSqliteError(error: unknown): unknown {
  const code = error instanceof Database.SqliteError ? error.code : undefined;
  if (code === 'SQLITE_FULL') return new EngineError('STORAGE_FULL', { neededMb: Math.ceil(FREE_SPACE_FLOOR_BYTES / 1024 / 1024) }, { cause: error });
  if (code && /^SQLITE_(IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|BUSY|LOCKED)/.test(code)) return new EngineError('STORAGE_FAILED', { reason: code }, { cause: error });
  return error;
}
