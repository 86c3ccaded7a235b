import { clockTime, daysAgo, shortDate } from '../../../ui/index.ts';

/** Names an earlier attempt by its day, or by its time when it was today. */
export function whenTried(at: string): string {
  return daysAgo(at) === 0 ? clockTime(at) : shortDate(at);
}
