import type { z } from 'zod';
import { InferenceError } from '../inference-error.ts';
import { cleanText } from './text-cleaning.ts';

/**
 * The JSON in a model's answer after its schema; a fence or words around it are tolerated, since prompted models add them.
 * @throws InferenceError schema
 */
export function parseOutput(text: string, schema: z.ZodType): unknown {
  for (const candidate of candidates(text)) {
    const json = parseJson(candidate);
    if (json === undefined) continue;
    const checked = schema.safeParse(cleanStrings(json.value));
    if (checked.success) return checked.data;
  }
  throw new InferenceError('schema');
}

function* candidates(text: string): Generator<string> {
  yield text;
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text)?.[1];
  if (fenced !== undefined) yield fenced;
  const [start, end] = [text.search(/[[{]/), Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))];
  if (start > 0 || (start === 0 && end < text.length - 1)) yield text.slice(start, end + 1);
}

function parseJson(text: string): { value: unknown } | undefined {
  try { return { value: JSON.parse(text) as unknown }; } catch { return undefined; }
}

/** Escapes in JSON can hide what is taken out of plain text, so every string is cleaned after parsing. */
function cleanStrings(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanStrings);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleanStrings(inner)]));
  return value;
}
