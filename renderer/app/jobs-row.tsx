import { Ban, Check, Clock, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Job } from '../../core/contract/jobs.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { jobWords, mayCancel, mayRetry } from './jobs-words.ts';
import { closeOverlay } from './overlays-store.ts';
import styles from './jobs-dialog.module.css';

export type JobDoes = 'cancel' | 'retry';
const MARKS: Record<Exclude<Job['state'], 'running'>, LucideIcon> = { queued: Clock, failed: TriangleAlert, done: Check, cancelled: Ban };

/** One piece of work: what it is, how it stands, and what can be done about it. */
export function JobRow({ job, now, busy, onDo }: { job: Job; now: number; busy: boolean; onDo: (does: JobDoes) => void }) {
  const { t } = useTranslation('app');
  const { jobId, title, state, progress, sessionId } = job;
  const does = mayCancel(job) ? 'cancel' : mayRetry(job) ? 'retry' : null;
  const percent = Math.round((progress?.share ?? 0) * 100);
  return (
    <li className={styles['job']} data-state={state} data-job={jobId} tabIndex={-1}>
      <span className={styles['mark']}>{state === 'running' ? <Spinner size={14} /> : <Icon of={MARKS[state]} size={14} />}</span>
      <div className={styles['words']}>
        <strong>{title}</strong>
        <p>{jobWords(t, job, now)}</p>
        {progress && <div className={styles['progress']}><ProgressBar thin label={t('jobs.progress', { title })} value={percent} valueText={t('jobs.progressText', { percent, says: progress.says })} /><span aria-hidden="true">{t('jobs.percent', { percent })}</span></div>}
      </div>
      <div className={styles['does']}>
        {sessionId && <Link href={`/interview/${sessionId}`} onClick={closeOverlay} aria-label={t('jobs.interviewOf', { title })}>{t('jobs.interview')}</Link>}
        {does && <Button size="small" busy={busy} data-does={does} aria-label={t(`jobs.${does}Of`, { title })} onClick={() => onDo(does)}>{t(`jobs.${does}`)}</Button>}
      </div>
    </li>
  );
}
