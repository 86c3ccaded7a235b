import type { Connection } from './models-config.ts';
import type { Readiness } from './provider-definition.ts';
import type { LlamaStatus } from './providers/llama/llama-host.ts';

/** What a connection is wanted for. */
export type ModelUse = 'language' | 'embedding';

/** What the pool asks of the models on this machine. */
export interface LocalSide {
  /** An installed model by id, or a GGUF file by absolute path; undefined when it is not there. */
  resolve(modelIdOrPath: string): { modelId: string; name: string } | undefined;
  /** Begins to load what a connection names; does not wait and never throws. */
  warm(connection: Connection): void;
}

/** Whether the model that a connection of kind `llama` names is in memory. One that is only installed counts as loading: the first call loads it. */
export function localReadiness(connection: Connection, use: ModelUse, local: LocalSide, statuses: readonly LlamaStatus[]): Readiness {
  const named = use === 'embedding' ? connection.embeddingModel : connection.model;
  if (named === null) return { state: 'no-model', says: 'No model is chosen; choose one under Models.' };
  const model = local.resolve(named);
  if (!model) return { state: 'no-model', says: 'The model that was chosen is not on this machine; choose one under Models.' };
  const role = use === 'embedding' ? 'embedder' : 'instruct';
  const status = statuses.find((candidate) => candidate.role === role && candidate.modelId === model.modelId);
  switch (status?.state) {
    case 'loaded': return { state: 'ready', says: 'Ready.' };
    case 'loading': return { state: 'loading', says: `${model.name} is being loaded.` };
    case 'restarting': return { state: 'loading', says: status.says ?? `${model.name} is being started again.` };
    case 'failed': case 'held-back': return { state: 'failed', says: status.says ?? `${model.name} could not be loaded.` };
    default: return { state: 'loading', says: `${model.name} is loaded when it is first needed.` };
  }
}
