import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { outputSchema, readOutput, wireName } from './output-schema.ts';

describe('a schema for a provider', () => {
  test('is strict when every property is required and nothing else may stand there', () => {
    expect(outputSchema(z.object({ a: z.string(), b: z.array(z.object({ c: z.null() })) }))).toEqual({
      strict: true,
      schema: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'array', items: { type: 'object', properties: { c: { type: 'null' } }, required: ['c'], additionalProperties: false } } }, required: ['a', 'b'], additionalProperties: false },
    });
  });

  test('asks for a property that has a default, and is not strict with one that may be missing', () => {
    expect(outputSchema(z.object({ a: z.string().default('x') }))).toMatchObject({ strict: true, schema: { required: ['a'] } });
    expect(outputSchema(z.object({ a: z.string().optional(), b: z.number() }))).toMatchObject({ strict: false, schema: { required: ['b'] } });
    expect(outputSchema(z.object({ a: z.record(z.string(), z.number()) }))).toMatchObject({ strict: false, schema: { properties: { a: { additionalProperties: { type: 'number' } } } } });
    expect(outputSchema(z.looseObject({ a: z.string() })).strict).toBe(false);
  });

  test('tells limits that not every provider knows in words', () => {
    const { schema } = outputSchema(z.object({ a: z.string().min(2).max(9).describe('A name.'), b: z.array(z.int()).max(3) }));
    expect(schema['properties']).toMatchObject({ a: { type: 'string', description: 'A name. (minLength: 2, maxLength: 9)' }, b: { type: 'array', description: '(maxItems: 3)' } });
    expect(JSON.stringify(schema)).not.toMatch(/"(minLength|maxLength|maxItems|\$schema|maximum)"/);
  });

  test('keeps choices and what refers to itself', () => {
    const tree: z.ZodType = z.object({ name: z.string(), children: z.array(z.lazy(() => tree)) });
    expect(JSON.stringify(outputSchema(tree).schema)).toContain('$ref');
    const either = outputSchema(z.object({ x: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b'), n: z.number().min(1) })]) }));
    expect(either.strict).toBe(true);
    expect(either.schema).toMatchObject({ properties: { x: { anyOf: [{ properties: { kind: { const: 'a' } } }, { properties: { kind: { const: 'b' } } }] } } });
  });
});

describe('an answer of a form', () => {
  const output = { name: 'grade', schema: z.object({ score: z.number().max(4), note: z.string().default('none') }) };
  test('is what the schema makes of it', () => {
    expect(readOutput(output, ' {"score": 3}\n')).toEqual({ ok: true, value: { score: 3, note: 'none' } });
  });
  test('that does not fit is refused without repeating what stood there', () => {
    for (const text of ['', 'Score: secret', '{"score": 3', '{"score": "secret"}', '{"score": 9}', '{"score":1,"note":{"secret":1}}', 'null']) {
      const read = readOutput(output, text);
      expect(read.ok).toBe(false);
      expect(JSON.stringify(read)).not.toContain('secret');
    }
    expect(readOutput({ name: 'x', schema: z.string().refine(() => Promise.resolve(true)) }, '"a"').ok).toBe(false);
  });
});

test('a name of a form fits every wire', () => {
  expect(wireName('follow-up_1')).toBe('follow-up_1');
  expect(wireName('Bewertung für Ä'.repeat(9))).toMatch(/^[\w-]{64}$/);
  expect(wireName('')).toBe('output');
});
