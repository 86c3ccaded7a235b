import type { AppEvent } from '../../core/contract/app.ts';
import { connection, engine } from './engine.ts';
import { followStream } from './follow-stream.ts';
import { queryClient } from './query-client.ts';
import { OUTDATED_BY } from './query-keys.ts';

/** Reads again what the engine says has changed, and everything shown after a lost connection came back. */
export function followEngineEvents(signal: AbortSignal): void {
  const receive = (event: AppEvent): void => {
    for (const queryKey of OUTDATED_BY[event.type]) void queryClient.invalidateQueries({ queryKey: [...queryKey] });
  };
  void followStream((stop) => engine.app.events(undefined, { signal: stop }), receive, signal);
  const stop = connection.status.subscribe((now, before) => {
    if (now.returns > before.returns) void queryClient.invalidateQueries();
  });
  signal.addEventListener('abort', stop);
}
