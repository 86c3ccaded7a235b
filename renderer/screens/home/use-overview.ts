import type { UseQueryResult } from '@tanstack/react-query';
import type { Overview } from '../../../core/contract/interview.ts';
import { queryKeys } from '../../client/query-keys.ts';
import { useEngineQuery } from '../../client/use-engine.ts';

/** What Home shows, with days counted in the person's time zone. Older than a minute, it is read again on the next visit. */
export function useOverview(): UseQueryResult<Overview> {
  return useEngineQuery(queryKeys.overview, (engine, signal) => engine.interview.overview({ utcOffsetMinutes: -new Date().getTimezoneOffset() }, { signal }), { staleMs: 60_000 });
}
