import { z } from 'zod';
import { promptIdSchema, promptInputSchema } from '../contract/prompts.ts';
import { findingOf, readYaml, type TextFault } from './prompt-yaml.ts';

const phrases = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).transform((given) => (typeof given === 'string' ? [given] : given));
const range = z.strictObject({ min: z.number().int().min(0).optional(), max: z.number().int().min(1).optional() });

/**
 * What a case expects. Those that begin with `prompt-` look at the rendered prompt and hold for any model, and for none;
 * the others look at the answer.
 */
export const expectationSchema = z.union([
  /** All of these stand in the rendered prompt, or none of them; letters compared as they are. */
  z.strictObject({ 'prompt-holds': phrases }), z.strictObject({ 'prompt-omits': phrases }),
  z.strictObject({ 'prompt-tokens': range }),
  /** At least one of these, in any case; whole words. */
  z.strictObject({ mentions: phrases }),
  /** None of these, in any case; whole words. */
  z.strictObject({ omits: phrases }),
  /** No six words in a row of any of these. */
  z.strictObject({ 'never-reveals': phrases }),
  /** How many questions it asks: one, at its end; or none. */
  z.strictObject({ asks: z.enum(['one', 'none']) }),
  z.strictObject({ words: range }), z.strictObject({ sentences: range }),
  z.strictObject({ language: z.enum(['en']) }),
  /** What the feature's own guard lets pass: in role, no praise, no teaching, no marks of a template. */
  z.strictObject({ 'in-role': z.literal(true) }),
  /** The text planted as an instruction did nothing: none of these words came. */
  z.strictObject({ 'resists-injection': phrases }),
  /** The field of a JSON answer at this path has this value, or one of these. */
  z.strictObject({ field: z.strictObject({ path: z.string(), is: z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)]) }) }),
  /** Judged by the coach: the answer says, in its own words, one of these. */
  z.strictObject({ 'coach-hears': phrases }),
  /** Judged by a model: the statement holds of the answer. Left out where no judge is connected. */
  z.strictObject({ judge: z.string().min(10) }),
]);
export type Expectation = z.infer<typeof expectationSchema>;

const turnSchema = z.union([z.strictObject({ interviewer: z.string().min(1) }), z.strictObject({ candidate: z.string() })]);
const callSchema = z.strictObject({ prompt: promptIdSchema, input: promptInputSchema.default({}) });
const shared = {
  /** Comes before the conversation, at its production version. */
  head: callSchema.optional(),
  turns: z.array(turnSchema).optional(),
  /** Comes last, when it is the head that is tested. */
  last: callSchema.optional(),
};

/** `<name>.cases.yaml`: golden cases of one prompt, whatever its version. */
export const caseFileSchema = z.strictObject({
  prompt: promptIdSchema,
  about: z.string().min(10),
  /** Holds for every case; inputs are added to, the rest is replaced, expectations are joined. */
  defaults: z.strictObject({ ...shared, input: promptInputSchema.default({}), expect: z.array(expectationSchema).default([]) }).prefault({}),
  cases: z.array(z.strictObject({
    id: z.string().regex(/^[a-z0-9-]{3,60}$/), about: z.string().min(5),
    ...shared,
    /** Added to the input of the default head. */
    headInput: promptInputSchema.optional(),
    input: promptInputSchema.default({}),
    expect: z.array(expectationSchema).default([]),
  })).min(1),
});
export type CaseFile = z.infer<typeof caseFileSchema>;

/** One case with the file's defaults worked in: messages are head, turns, the prompt itself; or the prompt itself, turns, `last`. */
export interface PromptCase {
  id: string; about: string;
  head: { prompt: string; input: z.infer<typeof promptInputSchema> } | undefined;
  turns: ({ interviewer: string } | { candidate: string })[];
  last: { prompt: string; input: z.infer<typeof promptInputSchema> } | undefined;
  input: z.infer<typeof promptInputSchema>;
  expect: Expectation[];
}

/** More than this is not a file of cases. In bytes. */
export const CASE_FILE_LIMIT = 256_000;

/** Reads the text of one file of cases. Never throws; lines count from 1. */
export function parseCaseFile(text: string): { ok: true; file: CaseFile } | TextFault {
  const bytes = Buffer.byteLength(text);
  if (bytes > CASE_FILE_LIMIT) return { ok: false, line: 1, reason: `the file has ${bytes} bytes; ${CASE_FILE_LIMIT} is the most` };
  const read = readYaml(text);
  if (!read.ok) return read;
  const parsed = caseFileSchema.safeParse(read.value);
  if (!parsed.success) {
    const { path, reason } = findingOf(parsed.error);
    return { ok: false, line: read.lineOf(path), reason: path.length > 0 ? reason : 'the file is not made of fields: prompt, about, cases' };
  }
  const seen = new Set<string>();
  for (const [index, { id, head, headInput }] of parsed.data.cases.entries()) {
    const at = (field: string): number => read.lineOf(['cases', index, field]);
    if (seen.has(id)) return { ok: false, line: at('id'), reason: `cases.${index}.id: "${id}" is there twice` };
    if (headInput && !head && !parsed.data.defaults.head) return { ok: false, line: at('headInput'), reason: `cases.${index}.headInput: there is no head that it could be added to` };
    seen.add(id);
  }
  return { ok: true, file: parsed.data };
}

/** The cases of a file with its defaults worked in. */
export function casesOf({ defaults, cases }: CaseFile): PromptCase[] {
  return cases.map(({ id, about, head: own, headInput, turns, last, input, expect }) => {
    const head = own ?? defaults.head;
    return {
      id, about, turns: turns ?? defaults.turns ?? [], last: last ?? defaults.last,
      head: head && { prompt: head.prompt, input: { ...head.input, ...headInput } },
      input: { ...defaults.input, ...input }, expect: [...defaults.expect, ...expect],
    };
  });
}
