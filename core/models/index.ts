import type { NetworkDoor } from '../inference/http.ts';
import type { Keys } from '../inference/key-service.ts';
import type { LocalModelsService } from '../inference/local-models/index.ts';
import type { ModelsConfig } from '../inference/models-config.ts';
import type { Connections } from '../inference/provider-pool.ts';
import type { SecretStore } from '../inference/secrets.ts';
import type { Prompts } from '../prompts/prompt.ts';
import type { Clock } from '../sources.ts';
import { createModelsRouter } from './models-router.ts';
import { ProviderService } from './provider-service.ts';
import type { RouterViews } from './provider-view.ts';
import { RoutingService } from './routing-service.ts';

export interface ModelsOptions {
  config: ModelsConfig; keys: Keys; secrets: SecretStore; pool: Connections; router: RouterViews; door: NetworkDoor; local: LocalModelsService;
  prompts: Pick<Prompts, 'current'>;
  clock: Clock;
  /** Told when providers, keys, lanes or who answers changed, also by an edit of a file. */
  routingChanged: () => void;
  /** Told when the Offline lock was turned. */
  networkChanged: () => void;
}

/** Providers, routing, local models and the network, as the person sees and arranges them. */
export function createModels({ config, keys, secrets, pool, router, door, local, prompts, clock, routingChanged, networkChanged }: ModelsOptions) {
  const changed = (): void => routingChanged();
  const stop = [config.onChange(changed), keys.onChange(changed)];
  const providers = new ProviderService({ config, keys, pool, router, clock, prompts, changed });
  const routing = new RoutingService({ config, router, changed });
  return {
    router: createModelsRouter({ providers, routing, config, keys, secrets, door, local, lockChanged: () => { networkChanged(); routingChanged(); } }),
    close(): void { for (const end of stop) end(); },
  };
}
