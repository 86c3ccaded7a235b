import { z } from 'zod';
import { configProblemSchema, laneSchema } from './models.ts';
import { procedure } from './procedure.ts';
import { instantSchema } from './vocabulary.ts';

/** `interview/follow-up`: the folder and the name, without version. */
export const promptIdSchema = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/).max(120);
/** `2`, or `2.terse` for a variant of version 2. */
export const promptVersionSchema = z.string().regex(/^[1-9]\d{0,4}(\.[a-z0-9-]+)?$/).max(60);
export const labelNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
/** The label that says which version is used where no experiment runs. */
export const PRODUCTION = 'production';

/**
 * `released`: as the lock has it. `edited`: locked once, and changed since. `draft`: not locked yet.
 * `broken`: its file cannot be used as it is, and the last good text is in force. `gone`: its file was removed while the app ran.
 */
export const promptStateSchema = z.enum(['released', 'edited', 'draft', 'broken', 'gone']);
/** `app`: came with it. `own`: the person's, in the data folder. */
export const promptOriginSchema = z.enum(['app', 'own']);

export const promptVersionViewSchema = z.object({
  version: promptVersionSchema, hash: z.string(), origin: promptOriginSchema, state: promptStateSchema,
  /** Where it is, as people are told of it. */
  file: z.string(),
  labels: z.array(z.string()),
  about: z.string(), changelog: z.string(),
});
export type PromptVersionView = z.infer<typeof promptVersionViewSchema>;

export const promptViewSchema = z.object({
  id: promptIdSchema, about: z.string(), lane: laneSchema,
  /** Oldest first; never empty. */
  versions: z.array(promptVersionViewSchema),
  /** What a call outside of any session and experiment uses now. */
  inUse: promptVersionSchema,
  /** The experiment that runs on it now. */
  experimentId: z.string().nullable(),
  cases: z.number(),
});
export type PromptView = z.infer<typeof promptViewSchema>;

export const experimentStateSchema = z.enum(['planned', 'running', 'ended']);
export const experimentViewSchema = z.object({
  experimentId: z.string(), promptId: promptIdSchema, about: z.string(), state: experimentStateSchema,
  /** Weights are shares and sum to 1. */
  arms: z.array(z.object({ version: promptVersionSchema, weight: z.number() })),
  from: instantSchema, until: instantSchema.nullable(),
});
export type ExperimentView = z.infer<typeof experimentViewSchema>;

export const promptsViewSchema = z.object({
  prompts: z.array(promptViewSchema), experiments: z.array(experimentViewSchema), problems: z.array(configProblemSchema),
  /** Where the person's own versions lie. */
  ownFolder: z.string(),
});
export type PromptsView = z.infer<typeof promptsViewSchema>;

export const promptFieldSchema = z.object({
  name: z.string(), type: z.enum(['string', 'number', 'integer', 'boolean', 'enum']), required: z.boolean(), about: z.string(),
  /** For `enum`. */
  options: z.array(z.string()),
});
export type PromptField = z.infer<typeof promptFieldSchema>;
export const promptInputSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The exact words of one version: the whole file, and the partials it takes in. */
export const promptWordsSchema = z.object({
  id: promptIdSchema, version: promptVersionSchema, hash: z.string(), source: z.string(), partials: z.array(z.object({ name: z.string(), text: z.string() })),
  /** The version that has exactly these words now; null when they only live on in the database. */
  now: promptVersionSchema.nullable(),
});
export type PromptWords = z.infer<typeof promptWordsSchema>;

export const promptDetailSchema = z.object({
  prompt: promptViewSchema, inputs: z.array(promptFieldSchema), outputSchema: z.string().nullable(),
  /** Inputs to try it with, from its cases. */
  samples: z.array(z.object({ name: z.string(), about: z.string(), input: promptInputSchema })),
});

export const renderedPromptSchema = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), text: z.string(), tokens: z.number() })),
  /** Counted with `tokenizer`; a model with another one counts otherwise. */
  tokens: z.number(), tokenizer: z.string(),
  /** What prompt and answer may have together on its lane, and what the answer may have. */
  laneTokens: z.number(), maxOutputTokens: z.number().nullable(),
});
export type RenderedPrompt = z.infer<typeof renderedPromptSchema>;

export const MEASURES = ['stood', 'thumbs-up', 'asked-again', 'score', 'first-word-ms', 'duration-ms', 'input-tokens', 'output-tokens'] as const;
/** `stood`, `thumbs-up`, `asked-again` and `score` are shares of 1; the others milliseconds and tokens. */
export const measureSchema = z.enum(MEASURES);
/** `count` uses out of `sessions` sessions it rests on; low and high are the 95 % interval, null where there is too little for one. */
export const estimateSchema = z.object({ measure: measureSchema, count: z.number(), sessions: z.number(), value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });
export type Estimate = z.infer<typeof estimateSchema>;
export const experimentResultsSchema = z.object({
  experiment: experimentViewSchema,
  /** One per arm and exact words: an arm whose file was edited while the experiment ran is there more than once. */
  arms: z.array(z.object({ version: promptVersionSchema, hash: z.string(), /** Whether the version reads like this now. */ current: z.boolean(), weight: z.number(), assigned: z.number(), uses: z.number(), estimates: z.array(estimateSchema) })),
  /** Second arm minus first, for each measure; left out where there is too little for an interval. */
  differences: z.array(z.object({ measure: measureSchema, version: promptVersionSchema, against: promptVersionSchema, value: z.number(), low: z.number(), high: z.number() })),
});
export type ExperimentResults = z.infer<typeof experimentResultsSchema>;

const version = z.object({ id: promptIdSchema, version: promptVersionSchema });

/** Prompts as files: browse, try, compare, label, experiment. Words are edited in the files themselves. */
export const promptsContract = {
  list: procedure.output(promptsViewSchema),
  detail: procedure.input(z.object({ id: promptIdSchema })).output(promptDetailSchema),
  words: procedure.input(version).output(promptWordsSchema),
  /** The words behind a hash on record, also when no file has them any more. */
  wordsOf: procedure.input(z.object({ hash: z.string().regex(/^[0-9a-f]{12}$/) })).output(promptWordsSchema),
  render: procedure.input(version.extend({ input: promptInputSchema })).output(renderedPromptSchema),
  /** Takes the label from whichever version had it. `production` only goes to a version whose cases can all be rendered. */
  moveLabel: procedure.input(version.extend({ label: labelNameSchema })).output(promptsViewSchema),
  removeLabel: procedure.input(z.object({ id: promptIdSchema, label: labelNameSchema })).output(promptsViewSchema),
  /** Writes the next version as a file of the person's own, with the words of another one to begin from. */
  newVersion: procedure.input(version).output(z.object({ version: promptVersionSchema, file: z.string() })),
  startExperiment: procedure.input(z.object({
    promptId: promptIdSchema, about: z.string().min(3).max(300), until: instantSchema.nullable(),
    arms: z.array(z.object({ version: promptVersionSchema, weight: z.number().gt(0).lt(1) })).min(2).max(4),
  })).output(experimentViewSchema),
  stopExperiment: procedure.input(z.object({ experimentId: z.string() })).output(experimentViewSchema),
  results: procedure.input(z.object({ experimentId: z.string() })).output(experimentResultsSchema),
};
