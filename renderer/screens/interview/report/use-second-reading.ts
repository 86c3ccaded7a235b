import { useEffect, useEffectEvent } from 'react';
import type { Report, SecondReader } from '../../../../core/contract/interview-report.ts';
import { queryClient, queryKeys, useEngineCommand, useEngineQuery } from '../../../client/index.ts';

export interface SecondReadingTools {
  /** Who would read if asked now; undefined until it is known. */
  reader: SecondReader | undefined;
  /** What is being read just now: "question 3, point 2 of 6". Null when nothing runs. */
  now: string | null;
  ask: (which: 'missing' | 'all') => void;
  asking: boolean;
  /** Nobody was asked, since another model would read now than the one that was named. */
  changed: boolean;
  error: Error | null;
  forgetError: () => void;
}

/** What a report needs to ask a model for a second reading and to follow it. */
export function useSecondReading({ sessionId, second: { state, covered, failed } }: Report): SecondReadingTools {
  // Under the routing's key, since who would answer changes with it; again after each answer, since less is missing.
  const reader = useEngineQuery([...queryKeys.routing, 'second-reader', sessionId, `${state} ${covered} ${failed}`], (it) => it.interview.secondReader({ sessionId }), { keepPrevious: true });
  const ask = useEngineCommand((it, which: 'missing' | 'all') => it.interview.refine({ sessionId, which, host: reader.data?.reader?.host ?? null }), {
    outdates: [queryKeys.report(sessionId), queryKeys.routing],
  });
  const live = state === 'running' || state === 'waiting';
  const jobs = useEngineQuery(queryKeys.jobs, (it) => it.jobs.list(), { enabled: live });
  const own = live ? jobs.data?.jobs.filter((job) => job.kind === 'interview.score' && job.sessionId === sessionId) ?? [] : [];
  const running = own.find((job) => job.state === 'running' && job.progress !== null);
  // The report tells by itself what was written; what somebody cancelled or tried again elsewhere shows here first.
  const states = own.map((job) => `${job.jobId} ${job.state}`).toSorted().join();
  const readAgain = useEffectEvent(() => { if (states !== '') void queryClient.invalidateQueries({ queryKey: queryKeys.report(sessionId) }); });
  useEffect(() => readAgain(), [states]);
  return {
    reader: reader.data, now: running?.progress?.says ?? null,
    ask: ask.mutate, asking: ask.isPending, changed: ask.data?.queued === 0, error: ask.error, forgetError: ask.reset,
  };
}
