import type { LedgerEntry } from '../contract/models.ts';
import type { NetworkCall, NetworkRepository } from './network-repository.ts';

/** How many requests the ledger remembers. */
export const LEDGER_ROWS = 20_000;
const FLUSH_AFTER_MS = 500;
const FLUSH_AFTER_ROWS = 100;
/** Rows beyond `LEDGER_ROWS` are dropped in lots of this size. */
const PRUNE_EVERY_ROWS = 500;
/** More than this is not held in memory while the disk takes nothing. */
const HELD_ROWS = 5_000;

/** Collects finished requests and writes them in lots, so that no request waits for the database. */
export class NetworkLedger {
  readonly #repository: NetworkRepository;
  readonly #keep: number;
  #pending: NetworkCall[] = [];
  #sincePrune = PRUNE_EVERY_ROWS;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(repository: NetworkRepository, keep = LEDGER_ROWS) {
    this.#repository = repository;
    this.#keep = keep;
  }

  add(call: NetworkCall): void {
    if (this.#closed) return;
    this.#pending.push(call);
    if (this.#pending.length > HELD_ROWS) this.#pending.shift();
    if (this.#pending.length === FLUSH_AFTER_ROWS) setImmediate(() => this.#flush());
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS).unref();
  }

  page(before: number | undefined, limit: number): { entries: LedgerEntry[]; total: number } {
    this.#flush();
    return this.#repository.page(before, limit);
  }

  close(): void {
    this.#flush();
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** A disk that refuses must not fail a request: the rows wait for the next time. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed || this.#pending.length === 0) return;
    const calls = this.#pending;
    this.#pending = [];
    try {
      this.#repository.add(calls);
    } catch {
      this.#pending = calls;
      return;
    }
    this.#sincePrune += calls.length;
    if (this.#sincePrune < PRUNE_EVERY_ROWS) return;
    this.#sincePrune = 0;
    try { this.#repository.prune(this.#keep); } catch { /* too many rows do no harm until the next time */ }
  }
}
