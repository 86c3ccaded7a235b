import { create } from 'zustand';
import type { AppStatus } from '../../core/contract/app.ts';
import { engine } from '../client/engine.ts';
import { queryClient } from '../client/query-client.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineQuery } from '../client/use-engine.ts';

interface LockChange {
  /** What was just asked for and not answered yet; shown at once. */
  wanted: boolean | null;
  /** Why the last change did not happen, with what was asked for. */
  failure: { error: unknown; wanted: boolean } | null;
}

const useLockChange = create<LockChange>(() => ({ wanted: null, failure: null }));
let asked = 0;

/** Turns the Offline lock on or off, shown at once; when the engine refuses, the switch goes back and the failure stays until dismissed. */
export async function setOfflineLock(on: boolean): Promise<void> {
  const mine = ++asked;
  useLockChange.setState({ wanted: on, failure: null });
  try {
    const network = await engine.models.setOfflineLock({ on });
    if (mine !== asked) return;
    queryClient.setQueryData(queryKeys.network, network);
    queryClient.setQueryData<AppStatus>(queryKeys.status, (status) => status && { ...status, offlineLock: network.offlineLock });
    useLockChange.setState({ wanted: null });
    for (const queryKey of [queryKeys.status, queryKeys.providers, queryKeys.routing]) void queryClient.invalidateQueries({ queryKey });
  } catch (error) {
    if (mine === asked) useLockChange.setState({ wanted: null, failure: { error, wanted: on } });
  }
}

export function dismissLockFailure(): void {
  useLockChange.setState({ failure: null });
}

/** The lock as it is, or as it was just asked to be; `on` is undefined until the engine has said it. */
export function useOfflineLock(): { on: boolean | undefined; failure: LockChange['failure'] } {
  const { wanted, failure } = useLockChange();
  const status = useEngineQuery(queryKeys.status, (it, signal) => it.app.status(undefined, { signal }));
  return { on: wanted ?? status.data?.offlineLock, failure };
}
