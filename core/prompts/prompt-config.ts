import { z } from 'zod';
import { labelNameSchema, promptIdSchema, promptVersionSchema } from '../contract/prompts.ts';
import { instantSchema } from '../contract/vocabulary.ts';

/** `labels.json`: which version of each prompt has which label. The person's own file holds only what was changed; null takes a label away. */
export const labelsFileSchema = z.strictObject({
  version: z.literal(1), about: z.string().optional(),
  labels: z.record(promptIdSchema, z.record(labelNameSchema, promptVersionSchema.nullable())),
});
export type LabelsFile = z.infer<typeof labelsFileSchema>;

export const experimentSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'small letters, digits and hyphens only'),
  prompt: promptIdSchema,
  about: z.string().min(3).max(300),
  /** Shares of the sessions; they sum to 1. The first arm is what the others are compared with. */
  arms: z.array(z.strictObject({ version: promptVersionSchema, weight: z.number().gt(0).lt(1) })).min(2).max(4),
  /** Sessions that begin from `from` on and before `until` take part. */
  from: instantSchema, until: instantSchema.nullable().default(null),
});
export type PromptExperiment = z.infer<typeof experimentSchema>;
/** `experiments.json`. The person's own file may repeat one of the app's to end it. */
export const experimentsFileSchema = z.strictObject({ version: z.literal(1), about: z.string().optional(), experiments: z.array(experimentSchema) });
export type ExperimentsFile = z.infer<typeof experimentsFileSchema>;

/** `prompts.lock.json`: the hash of the text of every released file, partials too, by its path in the folder. */
export const lockFileSchema = z.strictObject({ version: z.literal(1), about: z.string().optional(), released: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)) });
export type LockFile = z.infer<typeof lockFileSchema>;
