import { z } from 'zod';
import { competencySchema, type QuestionKind } from '../contract/vocabulary.ts';

const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens');
const phrase = z.string().trim().min(3).max(600);

/** One thing a good answer shows. Weights of a question's points sum to 1. */
export const rubricPointSchema = z.strictObject({
  id: slug,
  weight: z.number().positive().max(1),
  /** What the answer shows when the point is met, as a full sentence. */
  shows: phrase,
  /** Ways people really say it, terse to chatty. */
  said_as: z.array(phrase).min(2),
  /** Asked by the interviewer when the point is missing. */
  follow_up: phrase,
  competency: competencySchema.optional(),
});
export type RubricPoint = z.infer<typeof rubricPointSchema>;

/** A claim that costs the answer its credit, with ways people say it. */
export const redFlagSchema = z.strictObject({
  says: phrase,
  said_as: z.array(phrase).min(1),
  /** Rubric points this claim contradicts; none means the answer as a whole. */
  contradicts: z.array(slug).default([]),
});
export type RedFlag = z.infer<typeof redFlagSchema>;

/** What the coach needs to grade an answer. `points` may be empty: they are then derived from `model_answer`. */
export interface Rubric {
  id: string;
  kind: QuestionKind;
  question: string;
  points: RubricPoint[];
  red_flags: RedFlag[];
  model_answer: string;
}

export { slug as slugSchema, phrase as phraseSchema };
