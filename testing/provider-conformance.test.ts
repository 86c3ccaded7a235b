import { connectionSchema, type Connection } from '../core/inference/models-config.ts';
import type { ProviderTools } from '../core/inference/provider-definition.ts';
import { providerOfKind } from '../core/inference/provider-registry.ts';
import type { ProviderKind } from '../core/contract/models.ts';
import { startFaultServer } from './fault-server/fault-server.ts';
import { openTestDoor } from './network-door.ts';
import { describeProvider, type ProviderUnderTest } from './provider-conformance.ts';

async function start(kind: ProviderKind, settings: Partial<Connection>): Promise<ProviderUnderTest> {
  const server = await startFaultServer();
  const { door, close } = openTestDoor();
  const tools: ProviderTools = { fetchFor: (reason) => door.fetchFor(reason), key: () => 'key-of-the-test', llama: undefined as never };
  const connection = connectionSchema.parse({ id: kind, kind, name: kind, model: 'fixture-model', baseUrl: kind === 'anthropic' ? server.anthropicUrl : server.openaiUrl, ...settings });
  const provider = providerOfKind(kind);
  const embedding = provider.embeddingModel(connection, tools);
  return {
    model: provider.languageModel(connection, tools),
    ...(embedding && { embedding }),
    listModels: (options) => provider.listModels(connection, tools, options),
    say: (words) => { server.say = words && (({ asked }) => words(asked?.messages.findLast(({ role }) => role === 'user')?.text ?? '')); },
    pace: (ms) => { server.paceMs = ms; },
    cut: (bytes, units) => { server.writeBytes = bytes; server.pieceLength = units; },
    stopped: async () => { await server.idle(); return server.requests.at(-1)?.outcome === 'closed-by-client'; },
    asked: () => server.requests.at(-1)?.asked?.messages.map(({ role, text }) => `${role}: ${text}`).join('\n') ?? '',
    stop: async () => { await close(); await server.close(); },
  };
}

describeProvider('openai', { start: () => start('openai', { embeddingModel: 'fixture-embedder' }) });
describeProvider('anthropic', { start: () => start('anthropic', {}) });
describeProvider('openai-compatible', { start: () => start('openai-compatible', { embeddingModel: 'fixture-embedder', needsKey: false }) });
