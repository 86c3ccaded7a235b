import type { Setup } from '../contract/interview.ts';

/** How an interviewer of each pressure asks on: how often per question, and until which score (0 to 1) an answer is probed. */
const FOLLOW_UPS = {
  friendly: { atMost: 1, below: 0.6 },
  neutral: { atMost: 2, below: 0.8 },
  tough: { atMost: 2, below: 0.95 },
} as const;

/** Follow-ups that may be asked per question. */
export const maxFollowUps = (setup: Pick<Setup, 'followUps' | 'pressure'>): number => (setup.followUps ? FOLLOW_UPS[setup.pressure].atMost : 0);

/**
 * The rubric point to ask after, or null to go on.
 * `missing` is ranked heaviest first; a point asked after once is not asked after again. An answer too short to judge is always probed.
 */
export function chooseFollowUp(pressure: Setup['pressure'], score: number | null, missing: string[], askedBefore: Set<string>): string | null {
  if (score !== null && score >= FOLLOW_UPS[pressure].below) return null;
  return missing.find((pointId) => !askedBefore.has(pointId)) ?? null;
}
