import type { TFunction } from 'i18next';
import type { ExperimentView } from '../../../../core/contract/prompts.ts';
import { clockTime, shortDate } from '../../../ui/index.ts';

const at = (instant: string): string => `${shortDate(instant)}, ${clockTime(instant)}`;

/** When something ends: at the end of a day, or at a time of it. */
function end(t: TFunction<'prompts'>, until: string): string {
  const date = new Date(until);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  return midnight ? t('experiments.endOf', { date: shortDate(new Date(date.getTime() - 1).toISOString()) }) : at(until);
}

/** When an experiment ran, runs or will run. */
export function experimentDates(t: TFunction<'prompts'>, { state, from, until }: ExperimentView): string {
  const words = { from: at(from), until: until === null ? '' : end(t, until) };
  if (state === 'ended' && until !== null && until <= from) return t('experiments.calledOff');
  if (state === 'ended') return t('experiments.fromTo', words);
  if (state === 'planned') return t(until === null ? 'experiments.begins' : 'experiments.beginsUntil', words);
  return t(until === null ? 'experiments.since' : 'experiments.sinceUntil', words);
}

/** "2026-11-21" in the person's own calendar, as a date field has it. */
export function dayOf(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

/** The instant at which a day of the person's own calendar is over; undefined for what is no day, or one that is over already. */
export function endOfDay(day: string, now: Date): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return undefined;
  const end = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + 1);
  return Number.isNaN(end.getTime()) || end <= now ? undefined : end.toISOString();
}
