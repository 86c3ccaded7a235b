import { EngineError } from '../contract/errors.ts';
import type { Lane, LaneView, Routing } from '../contract/models.ts';
import type { LaneConfig, ModelsConfig } from '../inference/models-config.ts';
import { whyNotOrder } from './lane-order.ts';
import type { RouterViews } from './provider-view.ts';

export interface RoutingServiceOptions { config: ModelsConfig; router: RouterViews; changed: () => void }

/** Who serves which lane, as a person arranges it. */
export class RoutingService {
  readonly #options: RoutingServiceOptions;

  constructor(options: RoutingServiceOptions) { this.#options = options; }

  routing(): Routing { return { lanes: this.#options.router.routing(), problems: this.#options.config.problems() }; }

  /** @throws EngineError ORDER_INVALID, CONFIG_UNWRITABLE */
  setOrder(lane: Lane, providerIds: string[]): LaneView {
    const reason = whyNotOrder(providerIds, this.#options.config.providers().providers.map(({ id }) => id));
    if (reason !== null) throw new EngineError('ORDER_INVALID', { reason });
    return this.#save(lane, { order: providerIds });
  }

  /** @throws EngineError CONFIG_UNWRITABLE */
  setBudget(lane: Lane, budget: Pick<LaneConfig, 'tokenLimit' | 'costLimitMicroUsd'>): LaneView { return this.#save(lane, budget); }

  /** @throws EngineError PROVIDER_NOT_FOUND */
  resetBreaker(providerId: string): Routing {
    const { config, router, changed } = this.#options;
    if (!config.providers().providers.some(({ id }) => id === providerId)) throw new EngineError('PROVIDER_NOT_FOUND', { providerId });
    router.resetBreaker(providerId);
    changed();
    return this.routing();
  }

  #save(lane: Lane, change: Partial<LaneConfig>): LaneView {
    const { config, router, changed } = this.#options;
    const { lanes } = config.lanes();
    config.saveLanes({ ...lanes, [lane]: { ...lanes[lane], ...change } });
    changed();
    const view = router.routing().find((candidate) => candidate.lane === lane);
    if (!view) throw new Error(`the router shows no lane ${lane}`);
    return view;
  }
}
