import { z } from 'zod';
import type { ModelRequest } from '../../language-model.ts';

type JsonSchema = Record<string, unknown>;

/** A JSON schema as providers take it. `strict`: every property is required and nothing else may stand there, so that it can be enforced exactly. */
export interface OutputSchema { schema: JsonSchema; strict: boolean }

/** Keywords that every provider with structured output takes. */
const KEPT = new Set(['type', 'enum', 'const', 'description', 'title', '$ref']);
/** Says nothing that a model could use. */
const DROPPED = new Set(['$schema', '$id', 'default', 'additionalProperties', 'propertyNames', 'required', 'properties', 'items', 'anyOf', 'oneOf', 'allOf', '$defs', 'prefixItems']);

/**
 * The schema in the part of JSON schema that providers share. Limits they do not know (lengths, ranges, patterns) are told in the
 * description instead; the zod schema checks them when the answer is there.
 * @throws Error when zod cannot express the schema as JSON schema
 */
export function outputSchema(schema: z.ZodType): OutputSchema {
  let strict = true;
  const loosen = (): void => { strict = false; };
  const reduced = reduce(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, loosen);
  return { schema: reduced, strict };
}

function reduce(from: JsonSchema, loosen: () => void): JsonSchema {
  const to: JsonSchema = {};
  const told: string[] = [];
  for (const [key, value] of Object.entries(from)) {
    if (KEPT.has(key)) to[key] = value;
    else if (!DROPPED.has(key)) told.push(`${key}: ${JSON.stringify(value)}`);
  }
  const each = (value: unknown): unknown[] => (value as JsonSchema[]).map((branch) => reduce(branch, loosen));
  const branches = from['anyOf'] ?? from['oneOf'];
  if (branches) to['anyOf'] = each(branches);
  if (from['allOf']) { to['allOf'] = each(from['allOf']); loosen(); }
  if (from['prefixItems']) { to['prefixItems'] = each(from['prefixItems']); loosen(); }
  if (typeof from['items'] === 'object') to['items'] = reduce(from['items'] as JsonSchema, loosen);
  if (from['$defs']) to['$defs'] = reduceEach(from['$defs'] as Record<string, JsonSchema>, loosen);
  if (from['type'] === 'object') closeObject(from, to, loosen);
  if (told.length > 0) to['description'] = [to['description'], `(${told.join(', ')})`].filter(Boolean).join(' ');
  return to;
}

function closeObject(from: JsonSchema, to: JsonSchema, loosen: () => void): void {
  const properties = (from['properties'] ?? {}) as Record<string, JsonSchema>;
  to['properties'] = reduceEach(properties, loosen);
  // A property with a default may be left out by whoever writes the object; a model is simply asked for it.
  const required = (from['required'] ?? []) as string[];
  to['required'] = Object.keys(properties).filter((name) => required.includes(name) || properties[name]?.['default'] !== undefined);
  if ((to['required'] as string[]).length < Object.keys(properties).length) loosen();
  const open = from['additionalProperties'];
  if (open !== undefined && open !== false) {
    to['additionalProperties'] = typeof open === 'object' ? reduce(open as JsonSchema, loosen) : open;
    loosen();
  } else to['additionalProperties'] = false;
}

const reduceEach = (schemas: Record<string, JsonSchema>, loosen: () => void): JsonSchema => Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, reduce(schema, loosen)]));

/** The schema's name in the letters that wires allow. */
export const wireName = (name: string): string => name.replace(/[^\w-]/g, '-').slice(0, 64) || 'output';

/** Reads an answer as the JSON that was asked for. `says` holds where it failed, never what stood there. */
export function readOutput(output: NonNullable<ModelRequest['output']>, text: string): { ok: true; value: unknown } | { ok: false; says: string } {
  let json: unknown;
  try { json = JSON.parse(text); } catch { return { ok: false, says: `${output.name}: not JSON` }; }
  const read = (() => { try { return output.schema.safeParse(json); } catch { return null; } })();
  if (!read) return { ok: false, says: `${output.name}: could not be checked` };
  if (read.success) return { ok: true, value: read.data };
  const [issue] = read.error.issues;
  return { ok: false, says: `${output.name}: ${issue?.code ?? 'invalid'} at depth ${issue?.path.length ?? 0}` };
}
