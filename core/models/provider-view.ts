import type { BreakerView, LaneView, ProviderPreset, ProviderView } from '../contract/models.ts';
import type { Keys } from '../inference/key-service.ts';
import type { Connection, ProvidersFile } from '../inference/models-config.ts';
import type { Connections } from '../inference/provider-pool.ts';

export type LastTest = NonNullable<ProviderView['lastTest']>;

/** What the router knows beside calls. */
export interface RouterViews {
  routing(): LaneView[];
  breaker(providerId: string): BreakerView;
  resetBreaker(providerId: string): void;
}

/** Everything a person may see of a connection. Of its key: only where it is. */
export function providerView(connection: Connection, { pool, keys, router, lastTest }: { pool: Connections; keys: Keys; router: RouterViews; lastTest: LastTest | undefined }): ProviderView {
  const { id, kind, name, baseUrl, model, embeddingModel, enabled, keyEnv } = connection;
  const breaker = router.breaker(id);
  const readiness = pool.readiness(id);
  const own = readiness.state === 'ready' ? stateWhenReady(id, breaker, router.routing()) : undefined;
  const { state, says } = own ?? readiness;
  const warning = pool.warning(id);
  return {
    providerId: id, kind, name, place: pool.place(id), baseUrl, model: kind === 'llama' && model !== null ? pool.modelLabel(id, model) : model, embeddingModel, enabled, key: keys.place(id), keyEnv,
    state, says: warning === null ? says : `${says} ${warning}`, breaker, lastTest: lastTest ?? null,
  };
}

/** A connection that could answer may still be resting, or have used up the budget of every lane it serves. */
function stateWhenReady(id: string, breaker: BreakerView, lanes: LaneView[]): { state: ProviderView['state']; says: string } | undefined {
  if (breaker.state === 'open') {
    const why = breaker.lastError ? `, last because ${breaker.lastError.says}` : '';
    return { state: 'breaker-open', says: `It failed ${breaker.failures} times${why}, and rests until it is tried again.` };
  }
  const routes = lanes.flatMap(({ routes }) => routes.filter(({ providerId }) => providerId === id));
  if (routes.length > 0 && routes.every(({ state }) => state === 'over-budget')) return { state: 'over-budget', says: 'The budget of this month is used up on every lane.' };
  return undefined;
}

export function presetViews(presets: ProvidersFile['presets']): ProviderPreset[] {
  return presets.map(({ id, kind, name, about, baseUrl, needsKey, keyHint, suggestedModels }) => ({ presetId: id, kind, name, about, baseUrl, needsKey, keyHint, suggestedModels }));
}
