import type { GbnfJsonBasicSchema, Llama, LlamaGrammar } from 'node-llama-cpp';

type Schema = Record<string, unknown>;
/** An integer between two bounds is written as its values up to this many; a wider range is left to the check afterwards. */
const MOST_LISTED_INTEGERS = 128;
/** llama.cpp unfolds repetitions, so a longer text is left to the check afterwards. */
const LONGEST_COUNTED_TEXT = 500;

/** A grammar that admits nothing but JSON of this schema, or any JSON where the schema says what a grammar cannot. */
export async function createJsonGrammar(llama: Llama, schema: Schema): Promise<LlamaGrammar> {
  try {
    return await llama.createGrammarForJsonSchema(convertToGrammarSchema(schema) as GbnfJsonBasicSchema);
  } catch {
    return llama.getGrammarFor('json');
  }
}

/**
 * JSON schema in the dialect of the grammar generator. What only narrows (patterns, wide ranges) is dropped, since the answer is checked again.
 * @throws Error for what cannot be said: `allOf`, `not`, references outside `$defs`
 */
export function convertToGrammarSchema(schema: Schema): Schema {
  const defs = schema['$defs'] as Record<string, Schema> | undefined;
  const converted = convert(schema);
  return defs ? { ...converted, $defs: mapValues(defs, convertToGrammarSchema) } : converted;
}

function convert(schema: Schema): Schema {
  if ('allOf' in schema || 'not' in schema) throw new Error('not expressible as a grammar');
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    if (!reference.startsWith('#/$defs/')) throw new Error('reference outside of $defs');
    return { $ref: reference };
  }
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (choices) return { oneOf: choices.map(convertToGrammarSchema) };
  if ('const' in schema) return { const: schema['const'] };
  if (Array.isArray(schema['enum'])) return { enum: schema['enum'] };
  const { type } = schema;
  if (Array.isArray(type)) return { oneOf: type.map((one: unknown) => convert({ ...schema, type: one })) };
  if (type === 'object') return convertObject(schema);
  if (type === 'array') return convertArray(schema);
  if (type === 'string') return convertText(schema);
  if (type === 'integer') return convertInteger(schema);
  if (type === 'number' || type === 'boolean' || type === 'null') return { type };
  throw new Error('any value');
}

function convertObject(schema: Schema): Schema {
  const rest = schema['additionalProperties'];
  return {
    type: 'object',
    properties: mapValues((schema['properties'] ?? {}) as Record<string, Schema>, convertToGrammarSchema),
    // Zod says `{}` for "anything"; that is `true` here.
    ...(isSchema(rest) ? { additionalProperties: Object.keys(rest).length === 0 ? true : convertToGrammarSchema(rest) } : rest === true ? { additionalProperties: true } : {}),
    ...pick(schema, 'minProperties', 'maxProperties'),
  };
}

function convertArray(schema: Schema): Schema {
  const { items, prefixItems } = schema;
  return {
    type: 'array',
    ...(isSchema(items) ? { items: convertToGrammarSchema(items) } : {}),
    ...(Array.isArray(prefixItems) ? { prefixItems: prefixItems.map((item) => convertToGrammarSchema(item as Schema)) } : {}),
    ...pick(schema, 'minItems', 'maxItems'),
  };
}

function convertText(schema: Schema): Schema {
  const { format } = schema;
  if (format === 'date' || format === 'time' || format === 'date-time') return { type: 'string', format };
  const counted = ['minLength', 'maxLength'].filter((key) => typeof schema[key] === 'number' && schema[key] <= LONGEST_COUNTED_TEXT);
  return { type: 'string', ...pick(schema, ...counted) };
}

function convertInteger(schema: Schema): Schema {
  const lowest = schema['minimum'] ?? (typeof schema['exclusiveMinimum'] === 'number' ? schema['exclusiveMinimum'] + 1 : undefined);
  const highest = schema['maximum'] ?? (typeof schema['exclusiveMaximum'] === 'number' ? schema['exclusiveMaximum'] - 1 : undefined);
  if (typeof lowest !== 'number' || typeof highest !== 'number' || highest - lowest >= MOST_LISTED_INTEGERS || highest < lowest) return { type: 'integer' };
  const first = Math.ceil(lowest);
  return { enum: Array.from({ length: Math.floor(highest) - first + 1 }, (_, index) => first + index) };
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapValues = <From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
const pick = (schema: Schema, ...keys: string[]): Schema => Object.fromEntries(keys.filter((key) => key in schema).map((key) => [key, schema[key]]));
