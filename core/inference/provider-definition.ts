import type { ProviderKind, ProviderView } from '../contract/models.ts';
import type { CallOptions, EmbeddingModel, LanguageModel } from './language-model.ts';
import type { Connection } from './models-config.ts';
import type { LlamaHost } from './providers/llama/llama-host.ts';

/** A `fetch` that goes through the one door, with its reason for the ledger. */
export type FetchFor = (reason: string) => typeof globalThis.fetch;

/** What a provider is given to work with. */
export interface ProviderTools {
  fetchFor: FetchFor;
  /** The key of this connection, read anew for each call; undefined when there is none. */
  key: () => string | undefined;
  llama: LlamaHost;
}

/** A kind of provider: one folder under `providers/`, one object, one line in `provider-registry.ts`. */
export interface ProviderDefinition {
  kind: ProviderKind;
  /** Whether what is sent leaves this machine. */
  place(connection: Connection): 'here' | 'away';
  /** The address calls go to; null for a provider inside this machine's own process. */
  address(connection: Connection): URL | null;
  /** `modelName` overrides the connection's own. SDKs are imported at the first call, not before. */
  languageModel(connection: Connection, tools: ProviderTools, modelName?: string): LanguageModel;
  /** Undefined when the connection has no embedding model. */
  embeddingModel(connection: Connection, tools: ProviderTools): EmbeddingModel | undefined;
  /** Ids of the models the provider offers this key. @throws InferenceError */
  listModels(connection: Connection, tools: ProviderTools, options: CallOptions): Promise<string[]>;
}

/** Why a connection could not be called now, before breaker and budget are asked. `loading` is ready soon: `warm` was or will be called. */
export interface Readiness { state: Exclude<ProviderView['state'], 'breaker-open' | 'over-budget'>; says: string }

/** The connections that exist now, ready to be called. */
export interface ProviderPool {
  connections(): Connection[];
  /** `use` tells what for; a model to talk with unless said otherwise. */
  readiness(connectionId: string, use?: 'language' | 'embedding'): Readiness;
  place(connectionId: string): 'here' | 'away';
  /** Host that is contacted; null for a model in this machine's own process. */
  host(connectionId: string): string | null;
  /** What a model is called for people: for a file on this machine its name, otherwise what the provider calls it. */
  modelLabel(connectionId: string, model: string): string;
  /** The model of a connection; `modelName` overrides the connection's own. @throws InferenceError not-ready */
  languageModel(connectionId: string, modelName?: string): LanguageModel;
  /** Undefined when the connection has none. */
  embeddingModel(connectionId: string): EmbeddingModel | undefined;
  /** Starts what has to be started before the first call (loading a local model); does not wait. */
  warm(connectionId: string): void;
}
