import type { ExperimentResults } from '../../../../core/contract/prompts.ts';
import { inUnit, rounded, unitOf, writingFor, type Unit, type Writing } from './measure-units.ts';

export type Difference = ExperimentResults['differences'][number];

/** What can be said of a difference, before it is put into words. Ends are sizes without a sign, as they are written. */
export type DifferenceSaid =
  | { kind: 'too-little' }
  | { kind: 'open'; less: number; more: number; unit: Unit; writing: Writing }
  | { kind: 'apart'; direction: 'less' | 'more'; from: number; to: number; unit: Unit; writing: Writing };

/**
 * Reads a difference by its interval alone. An end that is written as 0 counts as 0: rounding may hide a difference but
 * never make one.
 */
export function readDifference(difference: Pick<Difference, 'measure' | 'low' | 'high'> | undefined): DifferenceSaid {
  if (!difference) return { kind: 'too-little' };
  const { measure } = difference;
  const unit = unitOf(measure);
  const ends = [inUnit(measure, difference.low), inUnit(measure, difference.high)];
  const writing = writingFor(unit, ends);
  const [low = 0, high = 0] = ends.map((end) => rounded(end, writing));
  if (low <= 0 && high >= 0) return { kind: 'open', less: -low + 0, more: high, unit, writing };
  return low > 0
    ? { kind: 'apart', direction: 'more', from: low, to: high, unit, writing }
    : { kind: 'apart', direction: 'less', from: -high, to: -low, unit, writing };
}
