import { useRef } from 'react';
import { queryClient, queryKeys, useEngineCommand } from '../../../client/index.ts';

export interface ProviderTestRun { busy: boolean; error: Error | null; start: () => void; stop: () => void; reset: () => void }

/** Asks a provider whether it works. `stop` ends the waiting; the engine then drops the connection too. */
export function useProviderTest(providerId: string): ProviderTestRun {
  const abort = useRef<AbortController | null>(null);
  const test = useEngineCommand(async (engine, signal: AbortSignal) => {
    try {
      return await engine.models.testProvider({ providerId }, { signal });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }, { onDone: () => { for (const queryKey of [queryKeys.providers, queryKeys.routing, queryKeys.network]) void queryClient.invalidateQueries({ queryKey }); } });
  return {
    busy: test.isPending,
    error: test.error,
    start() {
      abort.current = new AbortController();
      test.mutate(abort.current.signal);
    },
    stop: () => abort.current?.abort(),
    reset: test.reset,
  };
}
