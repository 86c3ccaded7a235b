import type { LedgerEntry } from '../contract/models.ts';
import type { Store } from '../storage/store.ts';

/** A request as it is written down; the database gives it its id. */
export type NetworkCall = Omit<LedgerEntry, 'id'>;

interface Row { id: number; at: string; host: string; loopback: number; reason: string; method: string; status: number | null; sent_bytes: number; received_bytes: number; duration_ms: number; outcome: string }

const LOCK_KEY = 'offlineLock';

/** SQL of the network ledger and of the Offline lock. */
export class NetworkRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  /** On only when it was turned on; but a value that cannot be read counts as on, since that can be undone and a leak cannot. */
  readLock(): boolean {
    const row = this.#store.prepare<{ value: string }, [string]>('SELECT value FROM setting WHERE key = ?').get(LOCK_KEY);
    return row !== undefined && row.value !== 'false';
  }

  writeLock(on: boolean, at: string): void {
    this.#store.write(() => this.#store.prepare('INSERT INTO setting (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at').run(LOCK_KEY, JSON.stringify(on), at));
  }

  /** Not forced to the disk at once: these rows are not the person's words, and requests must not wait for them. */
  add(calls: readonly NetworkCall[]): void {
    const { sql } = this.#store;
    const relaxed = !sql.inTransaction;
    if (relaxed) sql.pragma('synchronous = NORMAL');
    try {
      this.#store.write(() => {
        const insert = this.#store.prepare('INSERT INTO network_call (at, host, loopback, reason, method, status, sent_bytes, received_bytes, duration_ms, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
        for (const call of calls) insert.run(call.at, call.host, call.loopback ? 1 : 0, call.reason, call.method, call.status, call.sentBytes, call.receivedBytes, call.durationMs, call.outcome);
      });
    } finally {
      if (relaxed) sql.pragma('synchronous = FULL');
    }
  }

  /** Drops the oldest beyond the newest `keep`. */
  prune(keep: number): void {
    this.#store.write(() => this.#store.prepare('DELETE FROM network_call WHERE id <= (SELECT max(id) FROM network_call) - ?').run(keep));
  }

  /** Newest first, older than the entry `before`. */
  page(before: number | undefined, limit: number): { entries: LedgerEntry[]; total: number } {
    const rows = this.#store.prepare<Row, [number, number]>('SELECT id, at, host, loopback, reason, method, status, sent_bytes, received_bytes, duration_ms, outcome FROM network_call WHERE id < ? ORDER BY id DESC LIMIT ?').all(before ?? Number.MAX_SAFE_INTEGER, limit);
    const total = this.#store.prepare<{ n: number }, []>('SELECT count(*) AS n FROM network_call').get()?.n ?? 0;
    return { entries: rows.map(entryOf), total };
  }
}

function entryOf(row: Row): LedgerEntry {
  return {
    id: row.id, at: row.at, host: row.host, loopback: row.loopback === 1, reason: row.reason, method: row.method, status: row.status,
    sentBytes: row.sent_bytes, receivedBytes: row.received_bytes, durationMs: row.duration_ms, outcome: row.outcome as LedgerEntry['outcome'],
  };
}
