import type { Estimate, ExperimentResults } from '../../../../core/contract/prompts.ts';
import { ALL_MEASURES, type Measure } from './measure-units.ts';

export type Arm = ExperimentResults['arms'][number];

/** What the engine counted, as it is shown: the versions whose file was edited meanwhile, and the measures by whether there is anything to them. */
export interface ResultsShown {
  uses: number;
  edited: readonly string[];
  counted: readonly { measure: Measure; rows: readonly { arm: Arm; estimate: Estimate }[] }[];
  notCounted: readonly Measure[];
}

/** Puts results in order by measure. A measure that no version has a value of is only named. */
export function arrangeResults({ arms }: Pick<ExperimentResults, 'arms'>): ResultsShown {
  const rowsOf = (measure: Measure): { arm: Arm; estimate: Estimate }[] => arms.map((arm) => ({
    arm, estimate: arm.estimates.find((each) => each.measure === measure) ?? { measure, count: 0, sessions: 0, value: null, low: null, high: null },
  }));
  const all = ALL_MEASURES.map((measure) => ({ measure, rows: rowsOf(measure) }));
  const hasValue = ({ rows }: (typeof all)[number]): boolean => rows.some(({ estimate }) => estimate.value !== null);
  return {
    uses: arms.reduce((sum, arm) => sum + arm.uses, 0),
    edited: [...new Set(arms.map(({ version }) => version))].filter((version) => arms.filter((arm) => arm.version === version).length > 1),
    counted: all.filter(hasValue),
    notCounted: all.filter((each) => !hasValue(each)).map(({ measure }) => measure),
  };
}
