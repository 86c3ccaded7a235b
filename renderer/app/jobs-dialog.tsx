import type { UseQueryResult } from '@tanstack/react-query';
import { Coffee } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, Jobs } from '../../core/contract/jobs.ts';
import { queryClient } from '../client/query-client.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineCommand } from '../client/use-engine.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { EngineErrorNotice } from '../ui/engine-error-notice.tsx';
import { Skeleton } from '../ui/spinner.tsx';
import { useFocusInList } from './jobs-focus.ts';
import { JobRow, type JobDoes } from './jobs-row.tsx';
import { mayCancel, mayRetry } from './jobs-words.ts';
import { closeOverlay } from './overlays-store.ts';
import styles from './jobs-dialog.module.css';

const keep = (jobs: Jobs): void => { queryClient.setQueryData(queryKeys.jobs, jobs); };

/** Everything that is done in the background: what failed first, then what runs and waits, then what ended. */
export function JobsDialog({ list }: { list: UseQueryResult<Jobs> }) {
  const { t } = useTranslation('app');
  const act = useEngineCommand((engine, { does, jobId }: { does: JobDoes; jobId: string }) => engine.jobs[does]({ jobId }), { onDone: keep });
  const clear = useEngineCommand((engine) => engine.jobs.clear(), { onDone: keep });
  const jobs = list.data?.jobs ?? [];
  const now = useNow(jobs.some(({ runAfter }) => runAfter !== null));
  const place = useRef<HTMLDivElement>(null);
  const focus = useFocusInList(place);
  const open = jobs.filter(({ state }) => state === 'running' || state === 'queued');
  const failed = jobs.filter(({ state }) => state === 'failed');
  const ended = jobs.filter(({ state }) => state === 'done' || state === 'cancelled');
  const notShown = list.data ? list.data.running + list.data.waiting - open.filter(({ waits }) => waits !== 'later').length : 0;
  const error = act.error ?? clear.error ?? list.error;
  const rows = (of: readonly Job[]) => of.map((job) => (
    <JobRow key={job.jobId} job={job} now={now} busy={act.isPending && act.variables.jobId === job.jobId} onDo={(does) => act.mutate({ does, jobId: job.jobId })} />
  ));
  return (
    <Dialog open onOpenChange={closeOverlay} title={t('jobs.title')} description={t('jobs.text')}
      footer={<>
        <Button onClick={closeOverlay}>{t('jobs.close')}</Button>
        {failed.length + ended.length > 0 && <Button busy={clear.isPending} onClick={() => { focus.moveOn(); clear.mutate(undefined); }}>{t('jobs.clear')}</Button>}
      </>}>
      {error && <EngineErrorNotice error={error} actions={{ retry: () => void list.refetch() }} onDismiss={() => { act.reset(); clear.reset(); }} />}
      {!list.data && !error && <Skeleton height="56px" />}
      {list.data && jobs.length === 0 && <EmptyState icon={Coffee} title={t('jobs.none')}>{t('jobs.noneText')}</EmptyState>}
      <div ref={place} className={styles['lists']} onFocus={focus.remember} {...(jobs.some((job) => mayCancel(job) || mayRetry(job)) || jobs.length === 0 ? {} : { role: 'group', 'aria-label': t('jobs.title'), tabIndex: 0 })}>
        <Section title={t('jobs.sections.failed')} of={failed}>{rows(failed)}</Section>
        <Section title={t('jobs.sections.open')} of={open} after={notShown > 0 && t('jobs.more', { count: notShown })}>{rows(open)}</Section>
        <Section title={t('jobs.sections.ended')} of={ended}>{rows(ended)}</Section>
      </div>
    </Dialog>
  );
}

function Section({ title, of, after, children }: { title: string; of: readonly Job[]; after?: string | false; children: ReactNode }) {
  if (of.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className={styles['head']}>{title}</h3>
      <ul className={styles['list']}>{children}</ul>
      {after && <p className={styles['more']}>{after}</p>}
    </section>
  );
}

/** The time, renewed each second while something counts down. Milliseconds. */
function useNow(ticks: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticks) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [ticks]);
  return now;
}
