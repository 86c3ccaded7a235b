import { createHash } from 'node:crypto';
import { z } from 'zod';
import { laneSchema } from '../contract/models.ts';
import type { PromptField } from '../contract/prompts.ts';
import { keyOf, readInputs, readSchema, type SchemaReading } from './prompt-schema.ts';
import { readTemplate, type TemplateReading } from './prompt-template.ts';
import { findingOf, readYaml, type TextFault } from './prompt-yaml.ts';

/** More than this is not a prompt. In bytes. */
export const PROMPT_FILE_LIMIT = 32_000;

const FRONT_MATTER = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*\r?\n([\s\S]*)$/;

const frontMatterSchema = z.strictObject({
  description: z.string().min(10, 'it needs 10 characters at least').max(400, 'it may have 400 characters at most'),
  lane: laneSchema,
  config: z.strictObject({
    temperature: z.number().min(0).max(2).optional(), topP: z.number().min(0).max(1).optional(), maxOutputTokens: z.number().int().min(8).max(8192).optional(),
  }).default({}),
  input: z.strictObject({ schema: z.unknown() }).default({ schema: {} }),
  output: z.strictObject({ schema: z.unknown(), format: z.literal('json') }).optional(),
  /** One line for each version, newest first. */
  changelog: z.array(z.string().min(5, 'a line needs 5 characters at least')).min(1, 'it needs one line at least'),
});
type FrontMatter = z.infer<typeof frontMatterSchema>;

/** A prompt file that was read and found whole, but for the partials it takes in: those lie in other files. */
export interface PromptSource {
  /** The file as it was read. */
  text: string;
  front: FrontMatter;
  /** The template, and the line of the file on which it begins. */
  body: string; bodyLine: number;
  inputs: readonly PromptField[];
  output: SchemaReading | undefined;
  variables: TemplateReading['variables']; partials: TemplateReading['partials'];
  /** The line of an input or of the output's schema. */
  lineOf(side: 'input' | 'output', name?: string): number;
}
/** A partial that was read and found whole, but for those it takes in itself. */
export interface PartialSource { text: string; variables: TemplateReading['variables']; partials: TemplateReading['partials'] }

/** What a partial needs of the prompt that takes it in. */
export interface PartialNeed { name: string; equals?: string; partial: string }

/**
 * Reads the text of one Dotprompt file. Stricter than Dotprompt itself, which takes a file with broken front matter for a prompt
 * without any and renders an unknown variable as nothing. Never throws; lines count from 1 in the file.
 */
export function parsePromptFile(text: string): { ok: true; prompt: PromptSource } | TextFault {
  const tooLong = sizeFault(Buffer.byteLength(text));
  if (tooLong) return tooLong;
  const match = FRONT_MATTER.exec(text);
  if (!match) return { ok: false, line: 1, reason: 'there is no front matter between two lines of ---' };
  const [, yaml = '', body = ''] = match;
  const read = readYaml(yaml, 2);
  if (!read.ok) return read;
  const { value, lineOf } = read;
  const front = frontMatterSchema.safeParse(value);
  if (!front.success) {
    const { path, reason } = findingOf(front.error);
    return { ok: false, line: lineOf(path), reason: path.length > 0 ? reason : 'the front matter is not made of fields' };
  }
  const { input, output: wanted } = front.data;
  const inputs = readInputs(input.schema, ['input', 'schema']);
  if (!inputs.ok) return { ok: false, line: lineOf(inputs.path), reason: `input.schema: ${inputs.reason}` };
  const output = wanted && readSchema(wanted.schema, ['output', 'schema']);
  if (output && !output.ok) return { ok: false, line: lineOf(output.path), reason: `output.schema: ${output.reason}` };

  const bodyLine = text.slice(0, text.length - body.length).split('\n').length;
  const { variables, partials, faults } = inFile(readTemplate(body), bodyLine);
  const [fault] = [...faults, ...variables.flatMap((variable) => { const reason = usageFault(variable, inputs.inputs); return reason === undefined ? [] : [{ line: variable.line, reason }]; })];
  if (fault) return { ok: false, ...fault };
  if (body.trim() === '') return { ok: false, line: bodyLine, reason: 'the prompt has no words' };
  const prompt: PromptSource = {
    text, front: front.data, body: body.trim(), bodyLine, inputs: inputs.inputs, output: output?.schema, variables, partials,
    lineOf: (side, name) => {
      const schema = side === 'input' ? input.schema : wanted?.schema;
      return lineOf([side, 'schema', ...(name === undefined ? [] : [keyOf(schema, name.split(/[.[]/)[0] ?? '') ?? name])]);
    },
  };
  const unused = partials.length === 0 ? unusedInput(prompt, []) : undefined;
  return unused ? { ok: false, ...unused } : { ok: true, prompt };
}

/** Reads the text of a partial: a template and nothing else. Never throws. */
export function parsePartialFile(text: string): { ok: true; partial: PartialSource } | TextFault {
  const tooLong = sizeFault(Buffer.byteLength(text));
  if (tooLong) return tooLong;
  if (FRONT_MATTER.test(text)) return { ok: false, line: 1, reason: 'a partial is a template only; its front matter would be shown to the model' };
  const { variables, partials, faults: [fault] } = readTemplate(text);
  if (fault) return { ok: false, ...fault };
  if (text.trim() === '') return { ok: false, line: 1, reason: 'the partial has no words' };
  return { ok: true, partial: { text, variables, partials } };
}

/** Why a file of so many bytes is not read at all. */
export const sizeFault = (bytes: number): TextFault | undefined => (bytes > PROMPT_FILE_LIMIT ? { ok: false, line: 1, reason: `the file has ${bytes} bytes; ${PROMPT_FILE_LIMIT} is the most` } : undefined);

/**
 * What is wrong with a prompt together with all the partials it takes in, directly or through others: a variable that the input
 * does not have, or an input that nobody uses. `reach` gives what a partial needs, its own partials' needs included.
 */
export function faultWithPartials(prompt: PromptSource, reach: (partial: string) => readonly PartialNeed[]): { line: number; reason: string } | undefined {
  for (const { name, line } of prompt.partials) for (const need of reach(name)) {
    const reason = usageFault(need, prompt.inputs, ` in the partial ${need.partial}`);
    if (reason !== undefined) return { line, reason };
  }
  return unusedInput(prompt, prompt.partials.flatMap(({ name }) => reach(name).map((needed) => needed.name)));
}

/** Why a template cannot use a variable so. A comparison that can never hold is a slip of the pen that nothing else would show. */
function usageFault({ name, equals }: Pick<PartialNeed, 'name' | 'equals'>, inputs: readonly PromptField[], where = ''): string | undefined {
  const field = inputs.find((input) => input.name === name);
  if (!field) return `{{${name}}}${where} is not in the input schema`;
  if (equals === undefined || field.type === 'string') return undefined;
  if (field.type !== 'enum') return `"${name}"${where} is compared with a text, and it is of type ${field.type}`;
  return field.options.includes(equals) ? undefined : `"${name}"${where} is never "${equals}": it is one of ${field.options.join(', ')}`;
}

function unusedInput(prompt: PromptSource, alsoUsed: readonly string[]): { line: number; reason: string } | undefined {
  const used = new Set([...prompt.variables.map(({ name }) => name), ...alsoUsed]);
  const unused = prompt.inputs.find(({ name }) => !used.has(name));
  return unused && { line: prompt.lineOf('input', unused.name), reason: `input.schema: "${unused.name}" is not used` };
}

const inFile = ({ variables, partials, faults }: TemplateReading, firstLine: number): TemplateReading => {
  const moved = <T extends { line: number }>(found: T[]): T[] => found.map((one) => ({ ...one, line: one.line + firstLine - 1 }));
  return { variables: moved(variables), partials: moved(partials), faults: moved(faults) };
};

/** SHA-256 of a text, in hex, as the lock has it. */
export const textHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Names the exact words of a prompt: 12 hex digits of the SHA-256 over its text and, in name order, each partial's name and text. */
export function promptHash(source: string, partials: readonly { name: string; text: string }[]): string {
  const inOrder = partials.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return textHash([source, ...inOrder.flatMap(({ name, text }) => [name, text])].join('')).slice(0, 12);
}
