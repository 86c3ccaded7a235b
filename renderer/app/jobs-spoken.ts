import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Jobs } from '../../core/contract/jobs.ts';

/** What is said aloud of background work: that it began, ended or failed; never how far it is. `shown` is whether the strip shows it. */
export function useJobsSpoken(jobs: Jobs | undefined, shown: boolean): string {
  const { t } = useTranslation('app');
  const [says, setSays] = useState('');
  const known = useRef<ReadonlySet<string> | null>(null);
  const was = useRef({ shown: false, failed: false });

  useEffect(() => {
    if (!jobs) return;
    const failed = jobs.jobs.filter(({ state }) => state === 'failed');
    const [newest] = known.current ? failed.filter(({ jobId }) => !known.current?.has(jobId)) : [];
    known.current = new Set(failed.map(({ jobId }) => jobId));
    if (!newest) return;
    was.current.failed = true;
    setSays(t('jobs.spoken.failed', { title: newest.title, says: newest.error?.says ?? '' }));
  }, [jobs, t]);

  useEffect(() => {
    if (was.current.shown === shown) return;
    const { failed } = was.current;
    was.current = { shown, failed: false };
    if (shown) setSays(t('jobs.spoken.began', { title: jobs?.jobs[0]?.title ?? '' }));
    else if (!failed) setSays(t('jobs.spoken.ended'));
  }, [shown, jobs, t]);

  return says;
}
