import type { ProviderKind } from '../contract/models.ts';
import { travelsUnencrypted } from './base-url.ts';
import type { NetworkDoor } from './http.ts';
import { InferenceError } from './inference-error.ts';
import type { Keys } from './key-service.ts';
import type { CallOptions, EmbeddingModel, LanguageModel } from './language-model.ts';
import { localReadiness, type LocalSide, type ModelUse } from './local-readiness.ts';
import type { Connection, ModelsConfig } from './models-config.ts';
import type { ProviderDefinition, ProviderPool, ProviderTools, Readiness } from './provider-definition.ts';
import type { LlamaHost } from './providers/llama/llama-host.ts';

export interface ProviderPoolOptions {
  config: Pick<ModelsConfig, 'providers' | 'lanes'>;
  keys: Keys;
  providerOfKind: (kind: ProviderKind) => ProviderDefinition;
  llama: LlamaHost;
  local: LocalSide;
  door: Pick<NetworkDoor, 'fetchFor' | 'state'>;
}

/** The pool, and what Settings asks of a connection beside calls. */
export interface Connections extends ProviderPool {
  find(connectionId: string): Connection | undefined;
  /** Ids of the models a provider offers. @throws InferenceError */
  listModels(connectionId: string, options: CallOptions): Promise<string[]>;
  /** A warning about how words travel to this provider; null when there is none. */
  warning(connectionId: string): string | null;
}

/** The connections of the configuration with their keys, over the table of providers. Models are made once per connection, name and key. */
export function createProviderPool({ config, keys, providerOfKind, llama, local, door }: ProviderPoolOptions): Connections {
  const made = new Map<string, { stamp: string; model: unknown }>();
  const connections = (): Connection[] => config.providers().providers;
  const find = (id: string): Connection | undefined => connections().find((connection) => connection.id === id);

  return {
    connections, find, readiness,
    place: (id) => { const connection = find(id); return connection ? placeOf(connection) : 'here'; },
    modelLabel: (id, model) => (find(id)?.kind === 'llama' ? local.resolve(model)?.name ?? model : model),
    host: (id) => { const connection = find(id); return connection ? addressOf(connection)?.host ?? null : null; },
    languageModel(id, modelName) {
      const connection = existing(id);
      const model = modelName ?? connection.model;
      if (model === null) throw new InferenceError('not-ready', { detail: 'no model is chosen for this provider' });
      const name = connection.kind === 'llama' ? idOfLocal(model) : modelName;
      return remember(`language ${id} ${name ?? ''}`, connection, () => providerOfKind(connection.kind).languageModel(connection, toolsFor(id), name)) as LanguageModel;
    },
    embeddingModel(id) {
      const found = find(id);
      if (!found || found.embeddingModel === null) return undefined;
      const connection = found.kind === 'llama' ? { ...found, embeddingModel: idOfLocal(found.embeddingModel) } : found;
      return remember(`embedding ${id}`, connection, () => providerOfKind(connection.kind).embeddingModel(connection, toolsFor(id))) as EmbeddingModel | undefined;
    },
    warm(id) {
      const connection = find(id);
      if (!connection?.enabled) return;
      if (connection.kind === 'llama') local.warm(connection);
      else keys.place(id); // begins to ask the keychain
    },
    async listModels(id, options) {
      const connection = existing(id);
      return providerOfKind(connection.kind).listModels(connection, toolsFor(id), options);
    },
    warning(id) {
      const connection = find(id);
      const far = connection ? travelsUnencrypted(addressOf(connection)) : null;
      if (far === null) return null;
      const what = keys.key(id) === undefined ? 'What you write travels' : 'Your key and what you write travel';
      return `${what} unencrypted ${far === 'internet' ? 'over the internet' : 'through your network'}, since the address begins with http://.`;
    },
  };

  function readiness(id: string, use: ModelUse = 'language'): Readiness {
    const connection = find(id);
    if (!connection) return { state: 'failed', says: 'It has been removed.' };
    if (!connection.enabled) return { state: 'disabled', says: 'Switched off.' };
    if (connection.kind === 'llama') return localReadiness(connection, use, local, llama.status());
    if (addressOf(connection) === null) return { state: 'failed', says: 'Its address cannot be used.' };
    if (placeOf(connection) === 'away' && door.state().offlineLock) return { state: 'locked', says: 'The Offline lock is on.' };
    if (connection.needsKey && keys.key(id) === undefined) {
      if (keys.asking(id)) return { state: 'loading', says: 'The keychain is being asked for its key.' };
      const why = keys.says(id);
      return { state: 'no-key', says: why === null ? 'It needs a key.' : `There is no key yet: ${why}.` };
    }
    const named = use === 'embedding' ? connection.embeddingModel !== null : connection.model !== null || Object.values(config.lanes().lanes).some(({ models }) => models[id] !== undefined);
    return named ? { state: 'ready', says: 'Ready.' } : { state: 'no-model', says: use === 'embedding' ? 'No embedding model is chosen.' : 'No model is chosen.' };
  }

  function existing(id: string): Connection {
    const connection = find(id);
    if (!connection) throw new InferenceError('not-ready', { detail: 'this provider has been removed' });
    return connection;
  }

  /** A file is known to the process that runs it by the id it was given when it was added. */
  function idOfLocal(named: string): string { return local.resolve(named)?.modelId ?? named; }

  function toolsFor(id: string): ProviderTools {
    return { fetchFor: (reason) => door.fetchFor(reason), key: () => keys.key(id), llama };
  }

  function remember(slot: string, connection: Connection, make: () => unknown): unknown {
    const stamp = `${JSON.stringify(connection)} ${keys.generation(connection.id)}`;
    const before = made.get(slot);
    if (before?.stamp === stamp) return before.model;
    const model = make();
    made.set(slot, { stamp, model });
    return model;
  }

  /** Where words go; what cannot be told counts as away, so that the Offline lock and the trust line err on the safe side. */
  function placeOf(connection: Connection): 'here' | 'away' {
    try { return providerOfKind(connection.kind).place(connection); } catch { return 'away'; }
  }

  function addressOf(connection: Connection): URL | null {
    try { return providerOfKind(connection.kind).address(connection); } catch { return null; }
  }
}
