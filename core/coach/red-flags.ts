import type { AnswerWindow } from './answer-windows.ts';
import { evidenceIn, likeliest, strengthIn, type Evidence } from './evidence.ts';
import { ramp, rules } from './grading-rules.ts';
import type { PreparedFlag, PreparedRubric } from './prepared-rubric.ts';

/** A red flag found in an answer; `sureness` 0..1 scales what it costs. */
export interface FlagHit { flag: PreparedFlag; evidence: Evidence; sureness: number }

/**
 * Looks for the wrong claims a rubric names. A window that says a rubric point better than the claim is no claim,
 * and neither is anything the model answer itself says as strongly.
 */
export function findRedFlags(rubric: PreparedRubric, windows: readonly AnswerWindow[]): FlagHit[] {
  const hits: FlagHit[] = [];
  for (const flag of rubric.flags) {
    let best: FlagHit | null = null;
    for (const { window } of likeliest(flag, windows)) {
      const evidence = evidenceIn(flag, window);
      const value = flagStrength(evidence);
      const from = Math.max(rules.flagFrom, flag.innocent + rules.flagMargin);
      const sureness = ramp(value, from, from + rules.flagSpan);
      if (sureness <= (best?.sureness ?? 0)) continue;
      if (rubric.points.some((point) => strengthIn(point, window) > value + rules.flagOverPoint)) continue;
      best = { flag, evidence, sureness };
    }
    if (best) hits.push(best);
  }
  return hits;
}

/** The most a flag shows up in text that is known to be right. */
export function innocentStrength(flag: PreparedFlag, windows: readonly AnswerWindow[]): number {
  return likeliest(flag, windows).reduce((most, { window }) => Math.max(most, flagStrength(evidenceIn(flag, window))), 0);
}

/** Wrong claims share their words with right ones, so how many words are denied counts against. */
function flagStrength(evidence: Evidence): number {
  return evidence.strength - 0.5 * evidence.against;
}
