import type { PromptField } from '../contract/prompts.ts';
import { canBeVariable } from './prompt-template.ts';
import type { YamlPath } from './prompt-yaml.ts';

type JsonSchema = Record<string, unknown>;
/** One field of a schema, at any depth: `items[].name`. */
export interface SchemaField extends Omit<PromptField, 'type'> { type: PromptField['type'] | 'array' | 'object' }
/** A Picoschema as JSON schema and as the list of its fields. */
export interface SchemaReading { json: JsonSchema; fields: SchemaField[] }
export interface SchemaFault { path: YamlPath; reason: string }

const FIELD = /^([A-Za-z]\w*)(\?)?(?:\((array|object|enum)(?:, *([^()\n]*))?\))?$/;
const SCALAR = /^(string|number|integer|boolean)(?:, *(.*))?$/;
const MAX_DEPTH = 6;
/** Dotprompt takes a schema with one of these at its top for JSON schema. */
const READ_AS_JSON_SCHEMA = new Set(['type', 'properties']);

class Fault extends Error {
  readonly path: YamlPath;
  constructor(path: YamlPath, reason: string) { super(reason); this.path = path; }
}

/**
 * Reads the part of Picoschema that prompts use: scalars, `(enum)`, `(array)`, `(object)`, nested, optional with `?`. Gives the JSON
 * schema that Dotprompt's own `picoschema()` gives (a test compares them), which cannot say where a fault is and is asynchronous.
 * `path` is where the schema stands in its document.
 */
export function readSchema(schema: unknown, path: YamlPath): { ok: true; schema: SchemaReading } | ({ ok: false } & SchemaFault) {
  const fields: SchemaField[] = [];
  try {
    return { ok: true, schema: { json: readObject(schema, path, '', fields), fields } };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, path: error.path, reason: error.message };
  }
}

/** The same for an input, which is flat and whose fields are variables. */
export function readInputs(schema: unknown, path: YamlPath): { ok: true; inputs: PromptField[] } | ({ ok: false } & SchemaFault) {
  const read = readSchema(schema, path);
  if (!read.ok) return read;
  const inputs: PromptField[] = [];
  for (const { type, ...field } of read.schema.fields) {
    const at = [...path, keyOf(schema, field.name) ?? field.name];
    if (type === 'array' || type === 'object') return { ok: false, path: at, reason: `"${field.name}" can only be a string, number, integer, boolean or enum` };
    if (!canBeVariable(field.name)) return { ok: false, path: at, reason: `"${field.name}" cannot be the name of a variable` };
    inputs.push({ ...field, type });
  }
  return { ok: true, inputs };
}

/** The key under which a field stands: `posting?`, `pressure(enum, how hard)`. */
export const keyOf = (schema: unknown, name: string): string | undefined => Object.keys((schema ?? {}) as object).find((key) => FIELD.exec(key)?.[1] === name);

function readObject(value: unknown, path: YamlPath, under: string, fields: SchemaField[]): JsonSchema {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Fault(path, 'a schema consists of fields, each with its type');
  if (under.split('.').length > MAX_DEPTH) throw new Fault(path, 'the schema is nested too deeply');
  const properties: JsonSchema = {};
  const required: string[] = [];
  for (const [key, given] of Object.entries(value)) {
    const at = [...path, key];
    const [, name, optional, kind, about = ''] = FIELD.exec(key) ?? [];
    if (name === undefined) throw new Fault(at, `"${key}" is not a field that can be read; write name, name? or name(enum, what it is)`);
    if (name in properties || name in {}) throw new Fault(at, name in {} ? `a field cannot be named "${name}"` : `"${name}" is there twice`);
    if (under === '' && READ_AS_JSON_SCHEMA.has(key) && (key === 'properties' || typeof given === 'string')) throw new Fault(at, `Dotprompt takes a schema with "${key}" for JSON schema; give the field another name`);
    if (!optional) required.push(name);
    const field: SchemaField = { name: under + name, type: 'object', required: !optional, about, options: [] };
    fields.push(field);
    properties[name] = { ...typed(given, at, field, kind, fields), ...(about ? { description: about } : {}) };
  }
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

/** The JSON schema of one field's value; completes the field. */
function typed(given: unknown, at: YamlPath, field: SchemaField, kind: string | undefined, fields: SchemaField[]): JsonSchema {
  const nullable = (type: string): unknown => (field.required ? type : [type, 'null']);
  if (kind === 'enum') {
    if (!Array.isArray(given) || given.length === 0 || !given.every((one) => typeof one === 'string') || new Set(given).size < given.length) throw new Fault(at, 'an enum needs a list of different texts');
    field.type = 'enum';
    field.options = given as string[];
    return { enum: field.required ? [...given] : [...given, null] };
  }
  if (kind === 'array') {
    field.type = 'array';
    return { type: nullable('array'), items: typeof given === 'string' ? scalar(given, at, { ...field, name: `${field.name}[]`, required: true }, fields) : readObject(given, at, `${field.name}[].`, fields) };
  }
  if (kind === 'object' || typeof given !== 'string') {
    const json = readObject(given, at, `${field.name}.`, fields);
    return { ...json, type: nullable('object') };
  }
  const json = scalar(given, at, field);
  return { ...json, type: nullable(String(json['type'])) };
}

function scalar(given: string, at: YamlPath, field: SchemaField, fields?: SchemaField[]): JsonSchema {
  const [, type, about = ''] = SCALAR.exec(given) ?? [];
  if (type === undefined) throw new Fault(at, `"${given.slice(0, 40)}" is not a type; there are string, number, integer and boolean`);
  field.type = type as SchemaField['type'];
  field.about = about;
  fields?.push(field);
  return { type, ...(about ? { description: about } : {}) };
}

/** What one field promises to the code: its type and whether it is always there, without its description. */
const promise = ({ type, required, options }: SchemaField): string => `${type === 'enum' ? `one of ${options.toSorted().join(', ')}` : type}${required ? '' : ', optional'}`;

/** The first difference between two lists of fields that code could notice; undefined when there is none. `other` names where the others are. */
export function differenceOf(fields: readonly SchemaField[], others: readonly SchemaField[], other: string): { name: string | undefined; reason: string } | undefined {
  const byName = new Map(others.map((field) => [field.name, field]));
  for (const field of fields) {
    const theirs = byName.get(field.name);
    if (!theirs) return { name: field.name, reason: `${other} has no "${field.name}"` };
    if (promise(field) !== promise(theirs)) return { name: field.name, reason: `"${field.name}" is ${promise(field)}; in ${other} it is ${promise(theirs)}` };
  }
  const here = new Set(fields.map(({ name }) => name));
  const missing = others.find(({ name }) => !here.has(name));
  return missing && { name: undefined, reason: `"${missing.name}" is missing, which ${other} has` };
}
