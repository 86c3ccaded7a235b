import i18next, { type TFunction } from 'i18next';
import type { Estimate } from '../../../../core/contract/prompts.ts';
import { readDifference, type Difference } from './interval-words.ts';
import { inUnit, possible, rounded, unitOf, writingFor, type Measure, type Unit, type Writing } from './measure-units.ts';

type T = TFunction<'prompts'>;

/** Numbers that stand beside each other, such as the ends of an interval, have the same decimals. */
const number = (value: number, digits: number): string => new Intl.NumberFormat(i18next.language || 'en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** A whole number with its thousands set apart. */
export const wholeNumber = (value: number): string => number(value, 0);

function figure(t: T, unit: Unit, writing: Writing, value: number): string {
  const key = unit === 'time' ? (writing.seconds ? 's' : 'ms') : unit;
  return t(`experiments.unit.${key}`, { value: number(value, writing.digits) });
}

/** How all values of one measure are written, so that they can be compared at a glance. */
export function writingOf(measure: Measure, estimates: readonly Estimate[]): Writing {
  return writingFor(unitOf(measure), estimates.map(({ value }) => inUnit(measure, value ?? 0)));
}

/** The value of an estimate with its unit; null when nothing was counted. */
export function valueWords(t: T, { measure, value }: Estimate, writing: Writing): string | null {
  return value === null ? null : figure(t, unitOf(measure), writing, rounded(inUnit(measure, value), writing));
}

/** The ends of an estimate's interval, cut at what is possible; null without an interval. */
export function rangeWords(t: T, { measure, low, high }: Estimate, writing: Writing): { low: string; high: string } | null {
  if (low === null || high === null) return null;
  const unit = unitOf(measure);
  const end = (value: number): number => rounded(possible(measure, inUnit(measure, value)), writing);
  return { low: number(end(low), writing.digits), high: figure(t, unit, writing, end(high)) };
}

/** The end of the scale of a measure, as its axis says it. */
export function axisEnd(t: T, measure: Measure, end: number): string {
  const unit = unitOf(measure);
  const writing = writingFor(unit, [end]);
  const value = rounded(end, writing);
  return figure(t, unit, { ...writing, digits: Number.isInteger(value) ? 0 : writing.digits }, value);
}

/** A difference in words, by its interval alone: "between 3 points less and 12 points more". */
export function differenceWords(t: T, difference: Difference | undefined): string {
  const said = readDifference(difference);
  if (said.kind === 'too-little') return t('experiments.tooLittle');
  const { unit, writing } = said;
  const amount = (value: number): string => (unit === 'share' || unit === 'score' ? t('experiments.points', { count: value, value: number(value, writing.digits) }) : figure(t, unit, writing, value));
  const lessKey = unit === 'tokens' ? 'experiments.fewer' : 'experiments.less';
  const less = (value: number): string => t(lessKey, { amount: amount(value) });
  const more = (value: number): string => t('experiments.more', { amount: amount(value) });
  if (said.kind === 'open') return t('experiments.cannotTell', { between: t('experiments.between', { from: less(said.less), to: more(said.more) }) });
  const farther = said.direction === 'more' ? more(said.to) : less(said.to);
  return t('experiments.apart', { between: t('experiments.between', { from: number(said.from, writing.digits), to: farther }) });
}
