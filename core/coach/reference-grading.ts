import { analyseText } from './analysed-text.ts';
import type { Grade } from './grade-types.ts';
import type { GradingTools } from './grade-answer.ts';
import type { PreparedRubric } from './prepared-rubric.ts';
import { REFERENCE_FEATURES, referenceFeatures, type ReferenceFeature } from './reference-features.ts';
import fitted from './reference-weights.json' with { type: 'json' };

/** A linear model over the features: `intercept + Σ weight · (feature − mean) / sd`. */
export interface ReferenceWeights { features: string[]; mean: number[]; sd: number[]; weight: number[]; intercept: number }

/** The features of one graded answer, in the order of `REFERENCE_FEATURES`. */
export function featuresOfGrade(rubric: PreparedRubric, grade: Grade, answer: string, tools: GradingTools): number[] {
  const words = referenceFeatures(rubric.question, rubric.model, analyseText(answer, tools.language, tools.table), rubric.matcher, tools.table);
  const all: Record<ReferenceFeature, number> = { ...words, checklist: grade.points.reduce((sum, point) => sum + point.weight * point.credit, 0) };
  return REFERENCE_FEATURES.map((name) => all[name]);
}

/** The mark a human grader would be expected to give, 0..1. The weights were fitted on marks of whole other questions. */
export function expectedMark(features: readonly number[], weights: ReferenceWeights = fitted): number {
  const mark = features.reduce((sum, value, i) => sum + (weights.weight[i]! * (value - weights.mean[i]!)) / weights.sd[i]!, weights.intercept);
  return Math.min(1, Math.max(0, mark));
}
