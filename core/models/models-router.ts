import { implement } from '@orpc/server';
import { contract } from '../contract/index.ts';
import type { NetworkDoor } from '../inference/http.ts';
import type { Keys } from '../inference/key-service.ts';
import type { LocalModelsService } from '../inference/local-models/index.ts';
import type { ModelsConfig } from '../inference/models-config.ts';
import type { SecretStore } from '../inference/secrets.ts';
import type { ProviderService } from './provider-service.ts';
import { presetViews } from './provider-view.ts';
import type { RoutingService } from './routing-service.ts';

export interface ModelsRouterParts {
  providers: ProviderService; routing: RoutingService; config: ModelsConfig; keys: Keys; secrets: SecretStore; door: NetworkDoor; local: LocalModelsService;
  /** Told when the Offline lock was turned. */
  lockChanged: () => void;
}

/** The calls about models of the contract, each one line to the part that does it. */
export function createModelsRouter({ providers, routing, config, keys, secrets, door, local, lockChanged }: ModelsRouterParts) {
  const os = implement(contract.models);
  return os.router({
    network: os.network.handler(() => door.state()),
    setOfflineLock: os.setOfflineLock.handler(({ input }) => {
      door.setLocked(input.on);
      lockChanged();
      return door.state();
    }),
    ledger: os.ledger.handler(({ input }) => door.ledger(input.before, input.limit)),

    providers: os.providers.handler(async () => {
      await Promise.all([secrets.prepare?.(), keys.settled()]);
      const { encrypted, name, says } = secrets;
      return { providers: providers.views(), presets: presetViews(config.providers().presets), keyStore: { encrypted, name, says }, problems: config.problems() };
    }),
    addProvider: os.addProvider.handler(({ input }) => providers.add(input)),
    updateProvider: os.updateProvider.handler(({ input }) => providers.update(input.providerId, input.change)),
    removeProvider: os.removeProvider.handler(async ({ input }) => { await providers.remove(input.providerId); return {}; }),
    setKey: os.setKey.handler(({ input }) => providers.setKey(input.providerId, input.key, input.keep)),
    forgetKey: os.forgetKey.handler(({ input }) => providers.forgetKey(input.providerId)),
    testProvider: os.testProvider.handler(({ input }) => providers.test(input.providerId)),

    local: os.local.handler(() => local.local()),
    download: os.download.handler(({ input }) => local.download(input.modelId)),
    pauseDownload: os.pauseDownload.handler(({ input }) => local.pauseDownload(input.modelId)),
    cancelDownload: os.cancelDownload.handler(({ input }) => local.cancelDownload(input.modelId)),
    watchDownloads: os.watchDownloads.handler(async function* ({ signal }) { yield* local.watchDownloads(signal); }),
    setMirror: os.setMirror.handler(({ input }) => local.setMirror(input.url)),
    importStart: os.importStart.handler(({ input }) => local.importStart(input)),
    importChunk: os.importChunk.handler(({ input }) => local.importChunk(input)),
    importFinish: os.importFinish.handler(({ input }) => local.importFinish(input.importId)),
    importCancel: os.importCancel.handler(({ input }) => local.importCancel(input.importId)),
    addFile: os.addFile.handler(({ input }) => local.addFile(input.path)),
    useModel: os.useModel.handler(({ input }) => local.useModel(input.modelId, input.contextTokens)),
    stopModel: os.stopModel.handler(({ input }) => local.stopModel(input.modelId)),
    loadTest: os.loadTest.handler(({ input, signal }) => local.loadTest(input.modelId, signal)),
    deleteModel: os.deleteModel.handler(({ input }) => local.deleteModel(input.modelId)),

    routing: os.routing.handler(() => routing.routing()),
    setOrder: os.setOrder.handler(({ input }) => routing.setOrder(input.lane, input.providerIds)),
    setBudget: os.setBudget.handler(({ input: { lane, ...budget } }) => routing.setBudget(lane, budget)),
    resetBreaker: os.resetBreaker.handler(({ input }) => routing.resetBreaker(input.providerId)),
  });
}
