import i18next from 'i18next';
import { clockTime, daysAgo, shortDate } from '../../../ui/index.ts';

/** Names an earlier attempt by its day, or by its time when it was today. */
export function whenTried(at: string): string {
  return daysAgo(at) === 0 ? i18next.t('interview:report.today', { time: clockTime(at) }) : shortDate(at);
}
