import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { promptIdSchema, promptVersionSchema } from '../core/contract/prompts.ts';
import { Unusable } from './unusable.ts';

export interface EvalOptions {
  /** `coach`, `tiny`, or ids of connections; asked one after the other. */
  providers: string[];
  providersFile: string | undefined; lanesFile: string | undefined;
  judge: string | undefined;
  prompts: string[]; cases: string[];
  version: string | undefined;
  /** Two versions, the earlier first. */
  compare: readonly [string, string] | undefined;
  /** Share of the cases; undefined leaves it to who answers. */
  threshold: number | undefined;
  report: string | undefined;
  /** Another folder instead of the app's `prompts/`, and one of the person's own over it. */
  promptsDir: string | undefined; ownDir: string | undefined;
}

export const USAGE = `npm run eval -- [options]
  --provider coach|tiny|ID         who answers (repeatable); coach and tiny without it
  --providers FILE --lanes FILE    connections and lanes from these files, as in npm run demo
  --judge ID                       the connection that judges; without it such expectations are not judged
  --prompt ID --case ID            only these (both repeatable)
  --version V                      this version; without it those in production and all that have a label
  --compare V1 V2                  two versions of one --prompt side by side
  --threshold SHARE                cases that have to pass, 0 to 1; without it 1 for coach and tiny, 0.9 for others
  --report FILE                    the report as Markdown, and as JSON beside it
  --prompts DIR --own DIR          prompts from another folder, and a person's own over them
Exits 0 when enough cases passed, 1 when not, 2 when options or files cannot be used.`;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;

/** @throws Unusable */
export function parseOptions(argv: readonly string[]): EvalOptions {
  const { values, positionals } = read(argv.filter((argument) => argument !== '--'));
  const [second, ...rest] = positionals;
  if (values.compare === undefined ? second !== undefined : rest.length > 0) throw new Unusable(`"${positionals.at(-1)}" is not an option`, USAGE);
  if (values.compare !== undefined && second === undefined) throw new Unusable('--compare takes two versions');
  if (values.compare !== undefined && values.version !== undefined) throw new Unusable('--compare names its versions; --version does not go with it');
  if (values.compare !== undefined && values.prompt?.length !== 1) throw new Unusable('--compare takes exactly one --prompt');
  if (values.compare !== undefined && values.compare === second) throw new Unusable('--compare takes two different versions');
  for (const id of values.prompt ?? []) checked('--prompt', promptIdSchema, id);
  for (const version of [values.version, values.compare, second]) if (version !== undefined) checked('a version', promptVersionSchema, version);
  return {
    providers: values.provider ?? ['coach', 'tiny'], providersFile: path(values.providers), lanesFile: path(values.lanes), judge: values.judge,
    prompts: values.prompt ?? [], cases: values.case ?? [], version: values.version,
    compare: values.compare !== undefined && second !== undefined ? [values.compare, second] : undefined,
    threshold: values.threshold === undefined ? undefined : checked('--threshold', z.coerce.number().min(0).max(1), values.threshold),
    report: path(values.report), promptsDir: path(values.prompts), ownDir: path(values.own),
  };
}

function read(args: string[]) {
  try {
    return parseArgs({
      args, allowPositionals: true,
      options: { provider: texts, providers: text, lanes: text, judge: text, prompt: texts, case: texts, version: text, compare: text, threshold: text, report: text, prompts: text, own: text },
    });
  } catch (error) {
    throw new Unusable((error as Error).message, USAGE);
  }
}

const path = (given: string | undefined): string | undefined => (given === undefined ? undefined : resolve(given));

function checked<Value>(name: string, schema: z.ZodType<Value>, given: string): Value {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new Unusable(`${name}: "${given}" cannot be used: ${parsed.error.issues[0]?.message ?? 'unreadable'}`);
  return parsed.data;
}
