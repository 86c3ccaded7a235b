import type { TFunction } from 'i18next';
import type { Job, Jobs } from '../../core/contract/jobs.ts';
import { clockTime, daysAgo, shortDate } from '../ui/format.ts';

/** Failures that another attempt by the same version cannot mend. */
const FINAL = new Set(['unknown-kind', 'outdated-input']);

export const mayRetry = ({ state, error }: Job): boolean => state === 'failed' && !FINAL.has(error?.code ?? '');
export const mayCancel = ({ state }: Job): boolean => state === 'queued' || state === 'running';

/** How far the running ones have come together, 0 to 1; null while none of them says so. */
export function shareOf({ jobs }: Jobs): number | null {
  const told = jobs.flatMap(({ progress }) => progress ?? []);
  return told.length > 0 ? told.reduce((sum, { share }) => sum + share, 0) / told.length : null;
}

/** "in 40 s", "in 12 min", "at 14:32", "on 18 Nov at 14:32". Both moments in milliseconds. */
export function whenWords(t: TFunction<'app'>, at: number, now: number): string {
  const seconds = Math.max(1, Math.ceil((at - now) / 1000));
  if (seconds < 90) return t('jobs.when.seconds', { count: seconds });
  if (seconds < 5_400) return t('jobs.when.minutes', { count: Math.round(seconds / 60) });
  const moment = new Date(at).toISOString();
  return daysAgo(moment, new Date(now)) === 0 ? t('jobs.when.today', { time: clockTime(moment) }) : t('jobs.when.on', { date: shortDate(moment), time: clockTime(moment) });
}

/** What is to be said of a job under its title. */
export function jobWords(t: TFunction<'app'>, { state, waits, runAfter, error, attempts, progress, endedAt }: Job, now: number): string {
  const when = runAfter ? whenWords(t, Date.parse(runAfter), now) : '';
  const says = error?.says ?? '';
  switch (state) {
    case 'running': return progress?.says ?? (attempts > 1 ? t('jobs.runningAgain', { count: attempts }) : t('jobs.running'));
    case 'queued': return waits === 'retry' ? t('jobs.waits.retry', { when, says }) : waits === 'later' ? t('jobs.waits.later', { when }) : t(`jobs.waits.${waits ?? 'turn'}`);
    case 'failed': return attempts > 1 ? t('jobs.failedAfter', { count: attempts, says }) : t('jobs.failedOnce', { says });
    case 'done': case 'cancelled': return t(`jobs.${state}`, { time: endedAt ? clockTime(endedAt) : '' });
  }
}
