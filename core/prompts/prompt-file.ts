import { createHash } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { laneSchema } from '../contract/models.ts';
import { readTemplate } from './prompt-template.ts';

/** More than this is not a prompt. In bytes. */
export const PROMPT_FILE_LIMIT = 32_000;

const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*\r?\n([\s\S]*)$/;
/** `name(enum, why)` and the types of Picoschema that prompts use. */
const FIELD = /^(\w+)(\??)(?:\(enum(?:,[^)]*)?\))?$/;
const SCALAR = /^(string|number|integer|boolean)(,.*)?$/;

const frontMatterSchema = z.strictObject({
  description: z.string().min(10).max(400),
  lane: laneSchema,
  config: z.strictObject({
    temperature: z.number().min(0).max(2).optional(), topP: z.number().min(0).max(1).optional(), maxOutputTokens: z.number().int().min(8).max(8192).optional(),
  }).default({}),
  input: z.strictObject({ schema: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])) }).default({ schema: {} }),
  /** One line for each version, newest first. */
  changelog: z.array(z.string().min(5)).min(1),
});
type FrontMatter = z.infer<typeof frontMatterSchema>;

/** A prompt file that was read and found whole. `inputs` maps each variable to whether it must be given. */
export interface PromptSource { front: FrontMatter; body: string; hash: string; inputs: ReadonlyMap<string, boolean> }

/**
 * Reads the text of one Dotprompt file. Stricter than Dotprompt itself, which takes a file with broken front matter for a prompt
 * without any and renders an unknown variable as nothing. Never throws; `line` counts from 1.
 */
export function parsePromptFile(text: string): { ok: true; prompt: PromptSource } | { ok: false; line: number; reason: string } {
  const bytes = Buffer.byteLength(text);
  if (bytes > PROMPT_FILE_LIMIT) return { ok: false, line: 1, reason: `the file has ${bytes} bytes; ${PROMPT_FILE_LIMIT} is the most` };
  const match = FRONT_MATTER.exec(text);
  if (!match) return { ok: false, line: 1, reason: 'there is no front matter between two lines of ---' };
  const [, yaml = '', body = ''] = match;
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
  const fault = document.errors[0];
  if (fault) return { ok: false, line: counter.linePos(fault.pos[0]).line + 1, reason: fault.message };
  const front = frontMatterSchema.safeParse(document.toJS());
  if (!front.success) {
    const issue = front.error.issues[0];
    const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
    const node = path.map((_, drop) => document.getIn(path.slice(0, path.length - drop), true) as { range?: [number, number, number] } | undefined).find((found) => found?.range);
    return { ok: false, line: node?.range ? counter.linePos(node.range[0]).line + 1 : 2, reason: `${path.join('.') || 'front matter'}: ${issue?.message ?? 'unreadable'}` };
  }
  const bodyLine = text.slice(0, text.length - body.length).split('\n').length;
  const inputs = new Map<string, boolean>();
  for (const [key, type] of Object.entries(front.data.input.schema)) {
    const field = FIELD.exec(key);
    if (!field || (typeof type === 'string' ? !SCALAR.test(type) : !key.includes('(enum'))) return { ok: false, line: 2, reason: `input.schema: "${key}" is not a field that can be read` };
    inputs.set(field[1] ?? '', field[2] !== '?');
  }
  const { variables, faults } = readTemplate(body);
  const wrong = faults[0] ?? variables.filter(({ name }) => !inputs.has(name)).map(({ name, line }) => ({ line, reason: `{{${name}}} is not in the input schema` }))[0];
  if (wrong) return { ok: false, line: bodyLine + wrong.line - 1, reason: wrong.reason };
  const used = new Set(variables.map(({ name }) => name));
  const unused = [...inputs.keys()].find((name) => !used.has(name));
  if (unused !== undefined) return { ok: false, line: 2, reason: `input.schema: "${unused}" is not used` };
  if (body.trim() === '') return { ok: false, line: bodyLine, reason: 'the prompt has no words' };
  return { ok: true, prompt: { front: front.data, body: body.trim(), hash: createHash('sha256').update(text).digest('hex').slice(0, 12), inputs } };
}
