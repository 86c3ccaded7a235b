import { describeProvider } from '../../../../testing/provider-conformance.ts';
import { startTinyLlama, TINY, tinyLoad, until } from '../../../../testing/tiny-llama.ts';
import { tinyModel } from '../../../../testing/tiny-model.ts';
import { connectionSchema } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { llamaProvider } from './llama-provider.ts';

describeProvider('llama', {
  async start() {
    const { llama, stop } = await startTinyLlama();
    await llama.load(tinyLoad({ modelId: 'tiny-embedder', role: 'embedder', file: tinyModel({ embedder: true }), contextTokens: null }));
    const connection = connectionSchema.parse({ id: 'local', kind: 'llama', name: 'This machine', needsKey: false, model: TINY, embeddingModel: 'tiny-embedder' });
    const tools: ProviderTools = { fetchFor: () => () => Promise.reject(new Error('no network')), key: () => undefined, llama };
    const embedding = llamaProvider.embeddingModel(connection, tools);
    return {
      model: llamaProvider.languageModel(connection, tools), ...(embedding && { embedding }),
      listModels: (options) => llamaProvider.listModels(connection, tools, options),
      stopped: async () => {
        await until(async () => (await llama.queue()).running.length === 0, 'nothing is computed any more', 1_000);
        return true;
      },
      stop,
    };
  },
});
