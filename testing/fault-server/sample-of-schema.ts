import { asList, asRecord } from './wire.ts';

/** A value that a JSON schema of the plain kind accepts: what a model would be made to say. */
export function sampleOf(schema: unknown, root: unknown = schema): unknown {
  const shape = asRecord(schema);
  const reference = shape['$ref'];
  if (typeof reference === 'string') return sampleOf(reference.split('/').slice(1).reduce<unknown>((here, step) => asRecord(here)[step], root), root);
  if ('const' in shape) return shape['const'];
  if ('enum' in shape) return asList(shape['enum'])[0];
  const branches = asList(shape['anyOf'] ?? shape['oneOf']);
  if (branches.length > 0) return sampleOf(branches[0], root);
  const limit = (name: string): number => Number(shape[name] ?? new RegExp(`${name}: (\\d+)`).exec(String(shape['description'] ?? ''))?.[1] ?? 0);
  switch (shape['type']) {
    case 'object': return Object.fromEntries(asList(shape['required']).map(String).map((name) => [name, sampleOf(asRecord(shape['properties'])[name], root)]));
    case 'array': return Array.from({ length: Math.max(1, limit('minItems')) }, () => sampleOf(shape['items'], root));
    case 'integer': case 'number': return Math.max(limit('minimum'), Math.min(1, limit('maximum') || 1));
    case 'boolean': return true;
    case 'null': return null;
    default: return 'sample'.repeat(Math.ceil(Math.max(1, limit('minLength')) / 6));
  }
}
