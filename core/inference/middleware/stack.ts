import type { LanguageModel } from '../language-model.ts';
import { withBudget, type BudgetOptions } from './budget.ts';
import { withCache, type CacheOptions } from './cache.ts';
import { withCircuitBreaker, type CircuitBreaker } from './circuit-breaker.ts';
import { withGuard, type GuardOptions } from './guard.ts';
import type { Middleware } from './middleware.ts';
import { withRateLimit, type Limits } from './rate-limit.ts';
import { withTimeout, type TimeLimits } from './timeout.ts';
import { withTracing, type TracingOptions } from './tracing.ts';

/** What one attempt is wrapped in. Without `cache` nothing is kept or repeated; without `budget` the provider is free. */
export interface StackOptions {
  tracing: TracingOptions; cache: CacheOptions | undefined; breaker: CircuitBreaker; limits: Limits; budget: BudgetOptions | undefined; time: TimeLimits; guard: GuardOptions;
}

/**
 * The order of the middleware, outermost first. It stands here and nowhere else.
 * - tracing sees every attempt, also one that is refused or answered from the cache;
 * - the cache comes before all that counts: a repetition costs no probe, no slot and no money;
 * - the breaker refuses before a call waits for a slot, and learns of timeouts because they happen inside it;
 * - rate limit, then budget: money is held only for a call that may run now;
 * - timeout measures the provider, not our own waiting, and stands between us and a model that ignores its signal;
 * - guard is innermost, so that nothing unclean is counted, kept or shown.
 */
export function wrapModel(model: LanguageModel, { tracing, cache, breaker, limits, budget, time, guard }: StackOptions): LanguageModel {
  const order: (Middleware | undefined)[] = [
    withTracing(tracing), cache && withCache(cache), withCircuitBreaker(breaker), withRateLimit(limits), budget && withBudget(budget), withTimeout(time), withGuard(guard),
  ];
  return order.reduceRight<LanguageModel>((inner, wrap) => (wrap ? wrap(inner) : inner), model);
}
