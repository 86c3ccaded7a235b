import { InferenceError } from './inference-error.ts';
import type { FailoverOptions } from './failover.ts';
import type { LaneEmbedder } from './inference.ts';
import type { EmbeddingModel } from './language-model.ts';
import { inferenceErrorFrom } from './middleware/middleware.ts';
import { estimatedTokens } from './middleware/prices.ts';
import { withinTime } from './middleware/timeout.ts';
import { spanModelName } from './middleware/tracing.ts';
import { displayName } from './route-names.ts';
import type { Route } from './route-policy.ts';
import type { LaneCallSpan } from '../telemetry/index.ts';

export interface Vectors { vectors: Float32Array[]; embedderId: string }
const LANE = 'embedding';

/**
 * Vectors from the first embedder of the lane that answers. Vectors of different embedders cannot be compared, so `embedderId` says whose they are,
 * and `only` names the one that may be asked at all. Undefined when there is none, or none answered.
 */
export async function embedOnLane(options: FailoverOptions, texts: string[], signal: AbortSignal, only?: string): Promise<Vectors | undefined> {
  const { table, pool, telemetry, monotonic } = options;
  const lane = table.lane(LANE);
  const startedAt = monotonic();
  const left = (): number => lane.timeoutMs - (monotonic() - startedAt);
  const routes = table.order(LANE, undefined).filter((route) => route.model !== null && (only === undefined || embedderIdOf(options, route) === only));
  if (routes.length === 0 || texts.length === 0) return undefined;
  const span = telemetry.laneCall({ operation: 'embeddings', lane: LANE });
  let attempts = 0;
  let last: InferenceError | undefined;
  let freeLane: (() => void) | undefined;
  try {
    freeLane = await table.slots(`lane ${LANE}`, lane.concurrency).acquire(left(), signal);
    for (const route of routes) {
      if (signal.aborted || left() <= 0) break;
      const { state } = table.state(LANE, route);
      if (state === 'loading' || pool.readiness(route.connection.id, LANE).state === 'loading') pool.warm(route.connection.id);
      if (!table.wouldBeTried(LANE, state)) continue;
      try {
        const found = await embedOnce(options, { route, texts, signal, span, attempt: ++attempts, leftMs: left() });
        if (!found) continue;
        span.end({ outcome: 'answered', attempts, providerId: route.connection.id });
        return found;
      } catch (error) { last = inferenceErrorFrom(error, signal); }
    }
  } catch (error) {
    last = inferenceErrorFrom(error, signal);
  } finally {
    freeLane?.();
    span.end({ outcome: signal.aborted ? 'aborted' : 'gave-up', attempts, errorType: last?.fault });
  }
  return undefined;
}

/** The embedders of the lane in its order. One that is not in memory counts as ready: the first call loads it. */
export function embeddersOf(options: Pick<FailoverOptions, 'config' | 'pool' | 'table'>): LaneEmbedder[] {
  const { config, pool, table } = options;
  return table.shown(LANE).flatMap((route) => {
    const embedderId = route.model === null ? undefined : embedderIdOf(options, route);
    if (embedderId === undefined) return [];
    const { id, kind } = route.connection;
    const known = kind === 'llama' ? config.catalogue().models.find((model) => embedderId === `${id}/${model.id}`) : undefined;
    return [{
      embedderId, name: displayName(route, pool), place: pool.place(id), ...(known && { inputTokens: known.contextTokens }), ...(known?.prefixes && { prefixes: known.prefixes }),
      ready: table.wouldBeTried(LANE, table.state(LANE, route).state) && table.wouldBeTried(LANE, pool.readiness(id, LANE).state),
    }];
  });
}

/** Undefined for a route whose embedder is gone or cannot be made. */
function embedderIdOf({ pool }: Pick<FailoverOptions, 'pool'>, route: Route): string | undefined {
  try {
    const model = pool.embeddingModel(route.connection.id);
    return model && idOf(route, model);
  } catch { return undefined; }
}
const idOf = ({ connection }: Route, { modelName }: Pick<EmbeddingModel, 'modelName'>): string => `${connection.id}/${spanModelName(modelName)}`;

interface EmbeddingAttempt { route: Route; texts: string[]; signal: AbortSignal; span: LaneCallSpan; attempt: number; leftMs: number }

/** One embedder behind its breaker, limits, budget and time, like a language model. @throws InferenceError */
async function embedOnce({ pool, table, budget, config }: FailoverOptions, { route, texts, signal, span, attempt, leftMs }: EmbeddingAttempt): Promise<Vectors | undefined> {
  const { connection } = route;
  const model = pool.embeddingModel(connection.id);
  if (!model) return undefined;
  const name = spanModelName(model.modelName);
  const traced = span.attempt({ operation: 'embeddings', lane: LANE, attempt, providerId: connection.id, providerKind: connection.kind, model: name, host: pool.host(connection.id) });
  const permit = table.breakerOf(route).admit();
  let release: (() => void) | undefined;
  let reservation: ReturnType<typeof budget.reserve> | undefined;
  try {
    if (!permit) throw new InferenceError('breaker-open');
    release = await table.slots(`connection ${connection.id}`, connection.concurrency).acquire(leftMs, signal);
    await table.rate(connection).take(leftMs, signal);
    const tokens = estimatedTokens(texts.reduce((sum, text) => sum + text.length, 0));
    const price = table.price(route);
    const amount = { tokens, costMicroUsd: price ? Math.ceil((tokens * price.inputMicroUsd) / 1_000_000) : null };
    if (!table.isFree(route)) reservation = budget.reserve(LANE, table.limits(LANE), connection.id, amount);
    const vectors = await withinTime(Math.min(leftMs, config.lanes().lanes[LANE].timeoutMs), signal, (inner) => model.embed(texts, { signal: inner, reason: LANE, priority: config.lanes().lanes[LANE].priority }));
    if (vectors.length !== texts.length || vectors.some((vector) => vector.length === 0 || vector.length !== vectors[0]?.length)) throw new InferenceError('malformed');
    permit.succeed();
    reservation?.settle(amount);
    traced.end({ outcome: 'answered', model: name, inputTokens: null });
    return { vectors, embedderId: idOf(route, model) };
  } catch (error) {
    const fault = inferenceErrorFrom(error, signal);
    permit?.fail(fault);
    traced.end({ outcome: fault.fault === 'aborted' ? 'aborted' : 'failed', errorType: fault.fault });
    throw fault;
  } finally {
    reservation?.release();
    release?.();
    permit?.release();
  }
}
