import type { LocalModel } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { runModelAction, type DirectAction, type MeasuredSpeed } from './model-calls.ts';

/** Runs one action of a model at a time and keeps its failure, or the measured speed, until dismissed. `run(null)` repeats the last one. */
export function useModelCommands(model: LocalModel): { run: (action: DirectAction | null) => void; busy: DirectAction | null; failure: Error | null; speed: MeasuredSpeed | null; dismiss: () => void } {
  const command = useEngineCommand((engine, action: DirectAction) => runModelAction(engine, model, action), { outdates: [queryKeys.localModels, queryKeys.status, queryKeys.providers, queryKeys.routing] });
  return {
    run: (action) => { const next = action ?? command.variables; if (next) command.mutate(next); },
    busy: command.isPending ? command.variables : null,
    failure: command.error, speed: command.data ?? null, dismiss: command.reset,
  };
}
