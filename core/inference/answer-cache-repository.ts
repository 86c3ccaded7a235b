import type { Store } from '../storage/store.ts';

/** An answer kept for an exact repetition. `hash` is the request's hash and the target's hash with a colon between. */
export interface CachedAnswerRow { hash: string; providerId: string; model: string; answer: string; usedAt: string }

/** The `cached_answer` table: at most `kept` answers, the ones not used for longest go first. */
export class AnswerCacheRepository {
  readonly #store: Store;
  readonly #kept: number;
  constructor(store: Store, kept: number) { this.#store = store; this.#kept = kept; }

  get(hash: string): CachedAnswerRow | undefined {
    return this.#store.prepare<CachedAnswerRow, [string]>('SELECT hash, provider_id AS providerId, model, answer, used_at AS usedAt FROM cached_answer WHERE hash = ?').get(hash);
  }

  /** The newest answer of any target to a request. `;` is the character after `:`, so this is a range of the key. */
  anyOf(requestHash: string): CachedAnswerRow | undefined {
    return this.#store.prepare<CachedAnswerRow, [string, string]>(
      'SELECT hash, provider_id AS providerId, model, answer, used_at AS usedAt FROM cached_answer WHERE hash > ? AND hash < ? ORDER BY used_at DESC LIMIT 1').get(`${requestHash}:`, `${requestHash};`);
  }

  /** @throws EngineError STORAGE_FULL, STORAGE_FAILED */
  save(rows: CachedAnswerRow[], used: ReadonlyMap<string, string>): void {
    this.#store.write(() => {
      for (const row of rows) this.#store.prepare('INSERT OR REPLACE INTO cached_answer (hash, provider_id, model, answer, used_at) VALUES (@hash, @providerId, @model, @answer, @usedAt)').run(row);
      for (const [hash, at] of used) this.#store.prepare('UPDATE cached_answer SET used_at = ? WHERE hash = ?').run(at, hash);
      if (rows.length > 0) this.#store.prepare('DELETE FROM cached_answer WHERE hash IN (SELECT hash FROM cached_answer ORDER BY used_at DESC, hash LIMIT -1 OFFSET ?)').run(this.#kept);
    });
  }
}
