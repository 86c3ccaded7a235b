import type { z } from 'zod';
import type { EngineClient } from '../../../../core/contract/index.ts';
import type { loadTestSchema, LocalModel } from '../../../../core/contract/models.ts';
import type { ModelAction } from './model-words.ts';

export type MeasuredSpeed = z.infer<typeof loadTestSchema>;
/** The actions that need no question first. */
export type DirectAction = Exclude<ModelAction, 'cancel' | 'delete'>;

/** Asks the engine for an action of a model; only measuring the speed answers with something. */
export async function runModelAction({ models }: EngineClient, { modelId, fit }: LocalModel, action: DirectAction): Promise<MeasuredSpeed | null> {
  if (action === 'speed') return models.loadTest({ modelId });
  if (action === 'use') await models.useModel({ modelId });
  else if (action === 'use-smaller') await models.useModel({ modelId, ...(fit.smallerContext ? { contextTokens: fit.smallerContext.tokens } : {}) });
  else if (action === 'stop') await models.stopModel({ modelId });
  else if (action === 'pause') await models.pauseDownload({ modelId });
  else await models.download({ modelId });
  return null;
}
