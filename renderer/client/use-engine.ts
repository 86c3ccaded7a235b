import { useMutation, useQuery, type QueryKey, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { EngineClient } from '../../core/contract/index.ts';
import { engine } from './engine.ts';
import { followStream } from './follow-stream.ts';
import { queryClient } from './query-client.ts';

/** Reads from the engine and keeps the answer under `key` until something makes it outdated. */
export function useEngineQuery<T>(key: QueryKey, read: (engine: EngineClient, signal: AbortSignal) => Promise<T>, options: { enabled?: boolean; keepPrevious?: boolean; staleMs?: number } = {}): UseQueryResult<T> {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read(engine, signal),
    enabled: options.enabled ?? true,
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
    ...(options.keepPrevious ? { placeholderData: (previous: T | undefined) => previous as never } : {}),
  }) as UseQueryResult<T>;
}

/** Asks the engine to do something. `outdates` are the keys to read again once it is done. */
export function useEngineCommand<Input, Output>(run: (engine: EngineClient, input: Input) => Promise<Output>, options: { outdates?: readonly QueryKey[]; onDone?: (output: Output, input: Input) => void;
  /** The input is a secret: it is let go as soon as the call is over. */
  secret?: boolean;
} = {}): UseMutationResult<Output, Error, Input> {
  return useMutation({
    mutationFn: (input: Input) => run(engine, input),
    ...(options.secret ? { gcTime: 0 } : {}),
    onSuccess: (output, input) => {
      for (const queryKey of options.outdates ?? []) void queryClient.invalidateQueries({ queryKey });
      options.onDone?.(output, input);
    },
  });
}

/**
 * Follows a stream of the engine while the component is there; opens it again after a lost connection. `identity` is what
 * the stream belongs to (a session id): another one opens another stream. `onEnd` runs when the engine ends it or refuses it.
 */
export function useEngineStream<T>(identity: string, open: (engine: EngineClient, signal: AbortSignal) => Promise<AsyncIterable<T>>, onEvent: (event: T) => void, onEnd?: (error: unknown) => void): void {
  const openNow = useEffectEvent((signal: AbortSignal) => open(engine, signal));
  const receive = useEffectEvent(onEvent);
  const ended = useEffectEvent((error: unknown) => onEnd?.(error));
  useEffect(() => {
    const stop = new AbortController();
    void followStream((signal) => openNow(signal), (event: T) => receive(event), stop.signal).then((error) => { if (!stop.signal.aborted) ended(error); });
    return () => stop.abort();
  }, [identity]);
}
