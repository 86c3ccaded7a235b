/** Version of the rules below and of the code that applies them; grades are compared only within one version. */
export const GRADER_VERSION = 'coach-2';

/** The numbers the grader runs on, in one place. How they were found: docs/adr/2026-11-21-coach-grading.md. */
export const rules = {
  /** Words of all parts together that are graded; the rest of a longer answer is not read. */
  mostWords: 4000,
  /** Fewer words than this are not judged. */
  leastWords: 12,
  /** Evidence below `nothing` earns nothing, above `everything` the whole point. */
  nothing: 0.22,
  everything: 0.54,
  /**
   * The same for told stories, where two good answers share few words. `details`: different telling words from none to enough, and
   * what is left of an answer without them; `toldActions` and `toldShare`: things done, and their share beside things supposed, that make it a story.
   */
  story: { nothing: 0.22, everything: 0.52, elsewhere: 0.42, onTopic: 0.74, details: [4, 22], leastDepth: 0.5, toldActions: [-0.5, 2.5], toldShare: [0.2, 0.6] },
  /** So many things done by the teller make a story. */
  storyActions: 4,
  /** Likeness of the whole answer to the whole rubric: below `elsewhere` it is about something else, from `onTopic` it counts in full. */
  elsewhere: 0.53,
  onTopic: 0.8,
  /** Added to that likeness for a very short answer, fading with its length. */
  shortAllowance: 0.3,
  /** How far evidence of one and the same thing varies from wording to wording. */
  evidenceError: 0.05,
  /** Credit from which a point counts as met, and as partly met. */
  met: 0.7,
  partly: 0.25,
  /** A red flag begins to count at this strength, or this much above what the model answer shows; in full `flagSpan` later. */
  flagFrom: 0.4,
  flagMargin: 0.06,
  flagSpan: 0.15,
  /** A point may be this much stronger than a flag in the same window before the flag is dropped. */
  flagOverPoint: 0.02,
  /** What a certain red flag takes from the whole score, beyond the points it undoes. */
  flagCost: 0.15,
  /** Denied weight above what the model answer shows at which a point begins to be contradicted, and over what span it is wholly. */
  denialFrom: 0.08,
  denialSpan: 0.25,
  /** How much of a denial is forgiven when the answer says the same word plainly elsewhere. */
  saidElsewhere: 0.5,
  /** One opposite word in a phrase counts when this share of the rest is said, and the rest weighs at least so much. */
  oppositeShare: 0.5,
  oppositeLeastRest: 8,
  oppositeSure: 0.85,
  /** Agreement with the sides changed over at which a reversal begins to count, and counts in full. */
  reversalFrom: 0.3,
  reversalFull: 0.6,
  /** What a certain contradiction takes from the whole score, beyond the point itself. */
  contradictionCost: 0.12,
  /** Waved-away or overstated things a sentence, times this, come off the score; at most `wavingMost`. */
  wavingCost: 0.8,
  wavingMost: 0.6,
  /** Below this cost the person is not bothered with it. */
  wavingTold: 0.15,
} as const;

/** Smooth step from 0 at `low` to 1 at `high`. */
export function ramp(value: number, low: number, high: number): number {
  const x = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return x * x * (3 - 2 * x);
}
