import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { convertToGrammarSchema } from './json-grammar.ts';

const convert = (schema: z.ZodType): unknown => convertToGrammarSchema(z.toJSONSchema(schema));

describe('a schema for the grammar', () => {
  it('keeps what a grammar can say', () => {
    expect(convert(z.object({ kind: z.enum(['a', 'b']), note: z.string().max(20), parts: z.array(z.boolean()).min(1).max(3) }))).toEqual({
      type: 'object', properties: { kind: { enum: ['a', 'b'] }, note: { type: 'string', maxLength: 20 }, parts: { type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 3 } },
    });
  });

  it('lists a short range of integers and leaves a wide one to the check', () => {
    expect(convert(z.number().int().min(1).max(4))).toEqual({ enum: [1, 2, 3, 4] });
    expect(convert(z.number().int())).toEqual({ type: 'integer' });
  });

  it('says a choice as one of', () => {
    expect(convert(z.union([z.string(), z.null()]))).toEqual({ oneOf: [{ type: 'string' }, { type: 'null' }] });
    expect(convert(z.literal('x'))).toEqual({ const: 'x' });
  });

  it('follows a schema that names itself', () => {
    const tree: z.ZodType = z.object({ name: z.string().max(3), get children() { return z.array(tree).max(2); } }).meta({ id: 'tree' });
    const converted = convert(z.object({ tree })) as { $defs: Record<string, unknown> };
    expect(converted.$defs['tree']).toMatchObject({ type: 'object', properties: { children: { items: { $ref: '#/$defs/tree' } } } });
  });

  it('drops a pattern and a long limit, which would unfold into a huge grammar', () => {
    expect(convert(z.string().regex(/^a+$/).max(10_000))).toEqual({ type: 'string' });
  });

  it('refuses what it cannot say, so that any JSON is taken instead', () => {
    expect(() => convert(z.object({ value: z.any() }))).toThrow();
    expect(() => convertToGrammarSchema({ allOf: [{ type: 'object' }] })).toThrow();
  });
});
