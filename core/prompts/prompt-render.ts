import type { Dotprompt } from 'dotprompt';
import { z } from 'zod';
import type { PromptField } from '../contract/prompts.ts';
import { faultWithPartials, parsePartialFile, parsePromptFile, promptHash, textHash, type PartialNeed, type PromptSource } from './prompt-file.ts';
import { readTemplate, renamePartials } from './prompt-template.ts';
import type { Prompt, PromptInput, PromptMessage, PromptRef } from './prompt.ts';

type Words = Prompt['partials'];
/** `compared` are the texts that the template compares values with. */
interface Compiled { template: Awaited<ReturnType<Dotprompt['compile']>>; compared: ReadonlySet<string> }

/** Makes a prompt of a file that was read and found whole, together with every partial it takes in, directly or through others. */
export function compilePrompt(ref: PromptRef, { text, front, body, inputs, output }: PromptSource, partials: Words): Prompt {
  const fields = new Map(inputs.map((field) => [field.name, field]));
  let compiled: Promise<Compiled> | undefined;
  const render = async (input: PromptInput): Promise<PromptMessage[]> => {
    const given = Object.entries(input).filter(([, value]) => value !== undefined) as [string, string | number | boolean][];
    const names = new Set(given.map(([name]) => name));
    for (const { name, required } of inputs) if (required && !names.has(name)) throw new Error(`the prompt ${ref.id} needs "${name}"`);
    for (const [name, value] of given) check(ref.id, fields.get(name), name, value);
    const { template, compared } = await (compiled ??= compile(body, partials));
    const { messages } = await template({
      input: Object.fromEntries(given.map(([name, value]) => [name, typeof value === 'string' && !compared.has(value) ? masked(value) : value])),
    });
    return messages.map(({ role, content }) => ({
      role: role === 'model' ? 'assistant' : role === 'system' ? 'system' : 'user',
      text: unmasked(content.map((part) => ('text' in part ? part.text : '')).join('')).trim(),
    }));
  };
  return {
    ...ref, about: front.description, changelog: front.changelog[0] ?? '', lane: front.lane,
    maxOutputTokens: front.config.maxOutputTokens, temperature: front.config.temperature, topP: front.config.topP,
    output: output && { name: ref.id.replace('/', '-'), schema: z.fromJSONSchema(output.json), text: JSON.stringify(output.json, null, 2) },
    inputs, source: text, partials, render,
  };
}

/**
 * Makes a prompt of words that were kept: the whole file, and the partials it took in.
 * @throws Error when they cannot be read (any more)
 */
export function promptFromWords({ id, version, hash, source, partials }: Pick<Prompt, 'id' | 'version' | 'hash' | 'source' | 'partials'>): Prompt {
  const read = parsePromptFile(source);
  if (!read.ok) throw new Error(`the words kept of ${id} cannot be read: line ${read.line}: ${read.reason}`);
  const pieces = new Map(partials.map(({ name, text }) => [name, parsePartialFile(text)]));
  const needed: PartialNeed[] = [];
  const wanted = [...read.prompt.partials];
  for (const [partial, piece] of pieces) {
    if (!piece.ok) throw new Error(`the words kept of ${id} cannot be read: ${partial}, line ${piece.line}: ${piece.reason}`);
    needed.push(...piece.partial.variables.map((variable) => ({ ...variable, partial })));
    wanted.push(...piece.partial.partials);
  }
  const missing = wanted.find(({ name }) => !pieces.has(name));
  const fault = missing ? { reason: `the partial ${missing.name} is missing` } : faultWithPartials(read.prompt, () => needed);
  if (fault) throw new Error(`the words kept of ${id} cannot be used: ${fault.reason}`);
  return compilePrompt({ id, version, hash }, read.prompt, partials);
}

/** The words of a whole prompt, named. */
export const refOf = (id: string, version: string, source: PromptSource, partials: Words): PromptRef => ({ id, version, hash: promptHash(source.text, partials) });

function check(id: string, field: PromptField | undefined, name: string, value: string | number | boolean): void {
  if (!field) throw new Error(`the prompt ${id} has no variable "${name}"`);
  const { type, options } = field;
  const fits = type === 'enum' ? options.includes(String(value)) && typeof value === 'string'
    : type === 'integer' ? Number.isInteger(value)
    : type === 'number' ? Number.isFinite(value) : typeof value === type;
  if (!fits) throw new Error(`the prompt ${id} wants "${name}" to be ${type === 'enum' ? `one of ${options.join(', ')}` : `of type ${type}`}`);
}

/**
 * Compiled at the first rendering, since an app without a model never renders. All Dotprompts share one Handlebars and so one set of
 * partials: each goes by the hash of its words there, so that words of different ages do not meet.
 */
async function compile(body: string, partials: Words): Promise<Compiled> {
  const { Dotprompt } = await import('dotprompt');
  const texts = new Map(partials.map(({ name, text }) => [name, text]));
  const own: Record<string, string> = {};
  const named = new Map<string, string>();
  const rename = (name: string, alone: boolean): string => {
    const key = `${name} ${alone}`;
    const known = named.get(key);
    if (known !== undefined) return known;
    // Handlebars takes a line for a tag that stands alone in it and gives back none: how the file ends must not matter.
    const text = renamePartials(texts.get(name) ?? '', rename).replace(/(?:\r?\n)?$/, alone ? '\n' : '');
    const unique = `${name}.h${textHash(text).slice(0, 24)}`;
    named.set(key, unique);
    own[unique] = text;
    return unique;
  };
  const template = renamePartials(body, rename);
  const compared = new Set([body, ...texts.values()].flatMap((text) => readTemplate(text).variables.flatMap(({ equals }) => equals ?? [])));
  return { template: await new Dotprompt({ partials: own }).compile({ template }), compared };
}

/** Two characters that Unicode keeps free for a program's own use stand for what every mark of Dotprompt has. */
const MASK: readonly (readonly [string, string])[] = [['<', '\uFDD0'], [':', '\uFDD1']];
/** In a value they would come back as the marks they stand for, behind whatever took the marks out of it before. */
const RESERVED = /[\uFDD0\uFDD1]/g;
/**
 * Dotprompt marks roles in the rendered text as `<<<dotprompt:role:user>>>`, and a value, or several side by side, could write such a
 * mark. What a template itself compares with is its author's, and stays comparable.
 */
const masked = (value: string): string => MASK.reduce((text, [plain, mask]) => text.replaceAll(plain, mask), value.replace(RESERVED, '\uFFFD'));
const unmasked = (text: string): string => MASK.reduce((masks, [plain, mask]) => masks.replaceAll(mask, plain), text);
