import { inUnit, possible, unitOf, type Measure } from './measure-units.ts';

/** What a dot and its whiskers are drawn from: the contract's numbers, null where there are none. */
export interface Whisker { value: number | null; low: number | null; high: number | null }
/** Where they are drawn, in px from the left; the interval is null where there is none. */
export interface DrawnWhisker { dot: number; interval: { from: number; to: number } | null }

/** Round numbers a scale may end at, times a power of ten. */
const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The end of the one scale all versions of a measure are drawn on, in the shown unit; it begins at 0, so lengths can be compared. */
export function scaleEnd(measure: Measure, whiskers: readonly Whisker[]): number {
  const unit = unitOf(measure);
  if (unit === 'share' || unit === 'score') return 100;
  const largest = Math.max(1, ...whiskers.flatMap(({ value, high }) => [value ?? 0, high ?? 0]).map((each) => inUnit(measure, each)));
  const power = 10 ** Math.floor(Math.log10(largest));
  return (STEPS.find((step) => step * power >= largest) ?? 10) * power;
}

/** Places a value and its interval on a scale from 0 to `end` that is `width` px long and begins at `left`. */
export function placeWhisker(measure: Measure, { value, low, high }: Whisker, end: number, left: number, width: number): DrawnWhisker | null {
  if (value === null) return null;
  const x = (number: number): number => left + (Math.min(end, possible(measure, inUnit(measure, number))) / end) * width;
  return { dot: x(value), interval: low === null || high === null ? null : { from: x(low), to: x(high) } };
}
