import type { Estimate } from '../../../../core/contract/prompts.ts';

export type Measure = Estimate['measure'];
/** How a measure is counted: a share of uses in percent, a score of 100, a time, or tokens. */
export type Unit = 'share' | 'score' | 'time' | 'tokens';

const UNITS: Readonly<Record<Measure, Unit>> = {
  stood: 'share', 'thumbs-up': 'share', 'asked-again': 'share', score: 'score',
  'first-word-ms': 'time', 'duration-ms': 'time', 'input-tokens': 'tokens', 'output-tokens': 'tokens',
};
/** In the order they are shown in. Not the contract's own list: that one would bring its schemas into the window. */
export const ALL_MEASURES = Object.keys(UNITS) as readonly Measure[];
/** From here on times are told in seconds. */
const SECONDS_FROM_MS = 950;

export const unitOf = (measure: Measure): Unit => UNITS[measure];

/** A number of the contract in the unit it is shown in: shares and scores of 100, times in ms, tokens. */
export function inUnit(measure: Measure, value: number): number {
  const unit = UNITS[measure];
  return unit === 'share' || unit === 'score' ? value * 100 : value;
}

/** How numbers of about this size are written: rounded, and in seconds when they are times of a second or more. */
export interface Writing { divisor: number; digits: number; seconds: boolean }

/** One way of writing for numbers that stand beside each other; `sizes` in the shown unit. */
export function writingFor(unit: Unit, sizes: readonly number[]): Writing {
  const largest = Math.max(0, ...sizes.map(Math.abs));
  if (unit === 'time' && largest >= SECONDS_FROM_MS) return { divisor: 1000, digits: largest >= 20_000 ? 0 : 1, seconds: true };
  return { divisor: 1, digits: 0, seconds: false };
}

/** `value` as it is written, still a number; a rounded zero has no sign. */
export function rounded(value: number, { divisor, digits }: Writing): number {
  const step = 10 ** digits;
  return Math.round((value / divisor) * step) / step + 0;
}

/** What an interval may reach at all: nothing is below zero, and no share or score is above 100. In the shown unit. */
export function possible(measure: Measure, value: number): number {
  const unit = UNITS[measure];
  return Math.min(unit === 'share' || unit === 'score' ? 100 : Number.POSITIVE_INFINITY, Math.max(0, value));
}
