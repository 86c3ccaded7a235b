import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Dotprompt } from 'dotprompt';
import type { ConfigProblem, Lane } from '../contract/models.ts';
import { parsePromptFile, type PromptSource } from './prompt-file.ts';

/** A message as prompts make it, whichever provider gets it. */
export interface PromptMessage { role: 'system' | 'user' | 'assistant'; text: string }
export type PromptInput = Readonly<Record<string, string | number | boolean | undefined>>;

/** One prompt file, ready to be rendered. */
export interface Prompt {
  /** Folder and name: `interview/follow-up`. */
  id: string;
  version: string;
  /** The first 12 hex digits of the SHA-256 of the file's text. */
  hash: string;
  lane: Lane;
  maxOutputTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  /** @throws Error when a variable is missing or not in the input schema */
  render(input: PromptInput): Promise<PromptMessage[]>;
}

/** The prompts that could be read, newest version of each by id, and the files that could not. */
export interface Prompts { get(id: string): Prompt | undefined; problems: ConfigProblem[] }

const FILE_NAME = /^([a-z0-9-]+)\.v(\d+)\.prompt$/;

/** Reads every prompt file of a folder's folders. Never throws: what cannot be read is a problem, and its prompt is not there. */
export function loadPrompts(dir: string): Prompts {
  const byId = new Map<string, Prompt>();
  const problems: ConfigProblem[] = [];
  const broken = (file: string, line: number, reason: string): void => { problems.push({ file: join(basename(dir), file), line, reason, lastGoodInUse: false }); };
  const folders = existsSync(dir) ? readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).toSorted() : [];
  if (folders.length === 0) broken('', 1, 'there are no prompts in this folder');
  for (const folder of folders) {
    for (const name of readdirSync(join(dir, folder)).filter((file) => file.endsWith('.prompt')).toSorted()) {
      const file = join(folder, name);
      const [, own, version] = FILE_NAME.exec(name) ?? [];
      if (own === undefined || version === undefined) { broken(file, 1, 'the name is not like follow-up.v1.prompt'); continue; }
      try {
        const parsed = parsePromptFile(readFileSync(join(dir, file), 'utf8'));
        if (!parsed.ok) { broken(file, parsed.line, parsed.reason); continue; }
        const prompt = definePrompt(`${folder}/${own}`, version, parsed.prompt);
        const other = byId.get(prompt.id);
        if (!other || Number(other.version) < Number(version)) byId.set(prompt.id, prompt);
      } catch (error) {
        broken(file, 1, (error as Error).message);
      }
    }
  }
  return { get: (id) => byId.get(id), problems };
}

function definePrompt(id: string, version: string, source: PromptSource): Prompt {
  const { front, body, hash, inputs } = source;
  const render = async (input: PromptInput): Promise<PromptMessage[]> => {
    for (const [name, required] of inputs) if (required && input[name] === undefined) throw new Error(`the prompt ${id} needs "${name}"`);
    for (const name of Object.keys(input)) if (!inputs.has(name)) throw new Error(`the prompt ${id} has no variable "${name}"`);
    const given = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, typeof value === 'string' ? withoutMarks(value) : value]));
    const compiled = await (await dotprompt()).compile({ template: body });
    const { messages } = await compiled({ input: given });
    return messages.map(({ role, content }) => ({
      role: role === 'model' ? 'assistant' as const : role === 'system' ? 'system' as const : 'user' as const,
      text: content.map((part) => ('text' in part ? part.text : '')).join('').trim(),
    }));
  };
  return { id, version, hash, lane: front.lane, maxOutputTokens: front.config.maxOutputTokens, temperature: front.config.temperature, topP: front.config.topP, render };
}

/** Dotprompt marks roles in the rendered text; a value that looks like such a mark would become a message of its own. */
const withoutMarks = (value: string): string => value.replace(/<+dotprompt:/g, 'dotprompt:');

let loading: Promise<Dotprompt> | undefined;
/** Loaded at the first rendering, since an app without a model never renders. */
function dotprompt(): Promise<Dotprompt> {
  loading ??= import('dotprompt').then(({ Dotprompt }) => new Dotprompt());
  return loading;
}
