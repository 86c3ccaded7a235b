import { z } from 'zod';
import { phraseSchema, redFlagSchema, rubricPointSchema, slugSchema } from '../coach/rubric.ts';
import { competencySchema, LEVELS, questionKindSchema } from '../contract/vocabulary.ts';

/** Labelled answers that keep the coach honest: strong > partial > weak, and wrong_but_fluent below strong and partial. */
const labelledAnswersSchema = z.strictObject({
  strong: z.string().min(1), partial: z.string().min(1), weak: z.string().min(1), wrong_but_fluent: z.string().min(1),
});

export const questionSchema = z.strictObject({
  id: slugSchema,
  /** Short label for lists, two to five words. */
  title: z.string().min(3).max(48),
  kind: questionKindSchema,
  level: z.enum([...LEVELS, 'any']),
  topics: z.array(slugSchema).min(1).max(8),
  competency: competencySchema,
  /** Minutes a good answer takes. */
  minutes: z.number().int().min(1).max(20),
  question: z.string().min(20).max(900),
  points: z.array(rubricPointSchema).min(4).max(7),
  red_flags: z.array(redFlagSchema).min(1).max(6),
  hint: phraseSchema,
  model_answer: z.string().min(200).max(3000),
  answers: labelledAnswersSchema.optional(),
}).superRefine((question, context) => {
  const sum = question.points.reduce((total, point) => total + point.weight, 0);
  if (Math.abs(sum - 1) > 1e-6) context.addIssue({ code: 'custom', path: ['points'], message: `weights sum to ${sum.toFixed(3)}, not 1` });
  const ids = new Set(question.points.map((point) => point.id));
  if (ids.size !== question.points.length) context.addIssue({ code: 'custom', path: ['points'], message: 'two points share an id' });
  question.red_flags.forEach((flag, index) => flag.contradicts.forEach((id) => {
    if (!ids.has(id)) context.addIssue({ code: 'custom', path: ['red_flags', index, 'contradicts'], message: `no point "${id}"` });
  }));
});
export type Question = z.infer<typeof questionSchema>;

/** One file of `packs/interview/`: the questions asked for one role. */
export const packSchema = z.strictObject({
  pack: slugSchema,
  title: z.string().min(3).max(40),
  version: z.number().int().positive(),
  /** One sentence: whom this pack is for. */
  about: phraseSchema,
  /** Job titles a posting for this role carries, lower case. */
  job_titles: z.array(z.string().min(2)).min(1),
  questions: z.array(questionSchema).min(1),
});
export type Pack = z.infer<typeof packSchema>;
