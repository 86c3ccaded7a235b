import { QueryClient } from '@tanstack/react-query';
import { isConnectionLost } from './engine-error.ts';

/** Answers stay fresh until an event or a command says otherwise: the engine tells what changed. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always', // the engine is on this machine: being offline is no reason to wait
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => isConnectionLost(error) && failures < 5,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
