import type { Lane } from '../contract/models.ts';
import type { Store } from '../storage/store.ts';

/** What one provider was used for on a lane in a month (`2026-11`). Tokens are input and output together. */
export interface LaneUse { lane: Lane; month: string; providerId: string; calls: number; unpricedCalls: number; tokens: number; costMicroUsd: number }

/** The `lane_use` table: sums, not calls. */
export class BudgetRepository {
  readonly #store: Store;
  constructor(store: Store) { this.#store = store; }

  /** Adds to what is there. @throws EngineError STORAGE_FULL, STORAGE_FAILED */
  add(uses: LaneUse[]): void {
    this.#store.write(() => {
      const upsert = this.#store.prepare(
        'INSERT INTO lane_use (lane, month, provider_id, calls, unpriced_calls, tokens, cost_micro_usd) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lane, month, provider_id) DO UPDATE SET calls = calls + excluded.calls, unpriced_calls = unpriced_calls + excluded.unpriced_calls, tokens = tokens + excluded.tokens, cost_micro_usd = cost_micro_usd + excluded.cost_micro_usd');
      for (const use of uses) upsert.run(use.lane, use.month, use.providerId, use.calls, use.unpricedCalls, use.tokens, use.costMicroUsd);
    });
  }

  total(lane: Lane, month: string): { calls: number; unpriced: number; tokens: number; cost: number } {
    return this.#store.prepare<{ calls: number; unpriced: number; tokens: number; cost: number }, [string, string]>(
      'SELECT coalesce(sum(calls), 0) AS calls, coalesce(sum(unpriced_calls), 0) AS unpriced, coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost_micro_usd), 0) AS cost FROM lane_use WHERE lane = ? AND month = ?',
    ).get(lane, month) ?? { calls: 0, unpriced: 0, tokens: 0, cost: 0 };
  }
}
