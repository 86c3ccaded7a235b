import { picoschema } from 'dotprompt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePartialFile, parsePromptFile, promptHash, textHash } from './prompt-file.ts';
import { differenceOf, readSchema } from './prompt-schema.ts';

const FRONT = ['---', 'description: A prompt for the tests of prompts.', 'lane: interactive-deep', 'config: { temperature: 0.5, maxOutputTokens: 40 }', 'input:', '  schema:', '    name: string, who is greeted', '    warm?: boolean', 'changelog: ["1: first version"]', '---'];
const BODY = ['Greet {{name}}.', '{{#if warm}}Be warm.{{/if}}'];
const file = (front: string[] = FRONT, body: string[] = BODY): string => [...front, ...body, ''].join('\n');
const without = (line: string): string[] => FRONT.filter((one) => !one.startsWith(line));
const withInput = (...lines: string[]): string => file([...FRONT.slice(0, 6), ...lines, ...FRONT.slice(8)], ['Words.']);
const withOutput = (...lines: string[]): string => file([...FRONT.slice(0, 8), 'output:', ...lines, ...FRONT.slice(8)]);

describe('a prompt file', () => {
  it('is read with what it takes, its settings and its words', () => {
    const read = parsePromptFile(file([...FRONT.slice(0, 8), '    pressure(enum, how hard): [friendly, tough]', ...FRONT.slice(8)], [...BODY, '{{pressure}}']));
    expect(read).toMatchObject({ ok: true, prompt: {
      front: { lane: 'interactive-deep', config: { temperature: 0.5, maxOutputTokens: 40 }, changelog: ['1: first version'] }, bodyLine: 12, output: undefined,
      inputs: [
        { name: 'name', type: 'string', required: true, about: 'who is greeted', options: [] },
        { name: 'warm', type: 'boolean', required: false, about: '', options: [] },
        { name: 'pressure', type: 'enum', required: true, about: 'how hard', options: ['friendly', 'tough'] },
      ],
    } });
    expect(parsePromptFile(file().replaceAll('\n', '\r\n'))).toMatchObject({ ok: true });
    expect(parsePromptFile(`\uFEFF${file()}`)).toMatchObject({ ok: true });
  });

  it.each([
    ['no front matter', 'Greet {{name}}.', 1, 'front matter'],
    ['front matter that is not YAML', file(FRONT.with(1, 'description: [unclosed')), 3, ''],
    ['front matter that is a list', file(['---', '- a', '---']), 2, 'not made of fields'],
    ['a field that is there twice', file([...FRONT.slice(0, 3), 'lane: background', ...FRONT.slice(3)]), 4, 'unique'],
    ['an alias to nothing', file(FRONT.with(2, 'lane: *there')), 2, 'there'],
    ['no description', file(without('description')), 2, 'description: this field is missing'],
    ['an unknown lane', file(FRONT.with(2, 'lane: fast')), 3, 'lane'],
    ['an unknown setting', file(FRONT.with(3, 'config: { temprature: 0.5 }')), 4, 'temprature: there is no such field'],
    ['an unknown field', file([...FRONT.slice(0, 4), 'model: gpt', ...FRONT.slice(4)]), 5, 'model: there is no such field'],
    ['no changelog', file(without('changelog')), 2, 'changelog'],
    ['an empty changelog', file(FRONT.with(8, 'changelog: []')), 9, 'changelog'],
    ['a variable that is not in the schema', file(FRONT, ['Greet {{nmae}} {{name}}.', ...BODY]), 11, '{{nmae}} is not in the input schema'],
    ['an input that is not used', file(FRONT, ['Greet {{name}}.']), 8, '"warm" is not used'],
    ['a block that is not closed', file(FRONT, ['Greet {{name}}.', '{{#if warm}}Be warm.']), 12, '{{#if}} is never closed'],
    ['half a tag', file(FRONT, ['Greet {{name}}.', '{{#if warm}}Be {{warm.{{/if}}']), 12, 'cannot be read'],
    ['a comparison with what is no text', file(FRONT, [...BODY, '{{#ifEquals warm "true"}}x{{/ifEquals}}']), 13, '"warm" is compared with a text, and it is of type boolean'],
    ['a file far too long', file(FRONT, [...BODY, 'x'.repeat(40_000)]), 1, 'bytes; 32000 is the most'],
    ['no words', file(FRONT.filter((line) => !/schema|name:|warm|^input/.test(line)), ['']), 7, 'no words'],
    ['an input of an unknown type', withInput('    name: text'), 7, '"text" is not a type'],
    ['an input that is a list', withInput('    a: string', '    names(array): string'), 8, '"names" can only be'],
    ['an input with a strange name', withInput('    first-name: string'), 7, '"first-name" is not a field'],
    ['an input with the name of a helper', withInput('    role: string'), 7, '"role" cannot be the name of a variable'],
    ['an input that is there twice', withInput('    a: string', '    a?: string'), 8, '"a" is there twice'],
    ['an enum without options', withInput('    a(enum): []'), 7, 'an enum needs a list'],
    ['an enum of numbers', withInput('    a(enum): [1, 2]'), 7, 'an enum needs a list'],
    ['an input that is no schema', file(FRONT.with(4, 'input: { schema: string }').toSpliced(5, 3)), 5, 'a schema consists of fields'],
    ['an output without a schema', withOutput('  format: json'), 9, 'output'],
    ['an output in another format', withOutput('  schema: { a: string }', '  format: text'), 11, 'output.format'],
    ['an output of an unknown type', withOutput('  format: json', '  schema:', '    items(array):', '      score: intger'), 13, '"intger" is not a type'],
    ['an output that Dotprompt would misread', withOutput('  format: json', '  schema:', '    type: string'), 12, 'JSON schema'],
  ])('with %s is refused with its line', (_, text, line, reason) => {
    expect(parsePromptFile(text)).toEqual({ ok: false, line, reason: expect.stringContaining(reason) });
  });

  it('that compares an enum with what it never is is refused', () => {
    const text = file([...FRONT.slice(0, 6), '    pressure(enum): [friendly, tough]', ...FRONT.slice(8)], ['a', '{{#ifEquals pressure "though"}}b{{/ifEquals}}']);
    expect(parsePromptFile(text)).toEqual({ ok: false, line: 11, reason: '"pressure" is never "though": it is one of friendly, tough' });
    expect(parsePromptFile(text.replace('though', 'tough'))).toMatchObject({ ok: true });
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      parsePromptFile(text);
      parsePartialFile(text);
      parsePromptFile(`---\n${text}\n---\n${text}`);
    }), { numRuns: 400 });
    for (const text of ['['.repeat(30_000), '{{#if a}}'.repeat(3_400), '{a: '.repeat(7_000), '? '.repeat(15_000), '- '.repeat(15_000), 'a: &a [*a]', 'a: &a [x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]', '__proto__: 1']) {
      expect(parsePromptFile(`---\n${text}\n---\nbody`).ok).toBe(false);
      parsePromptFile(file(FRONT, [text]));
    }
  });

  it('never throws for a good file with something cut out, doubled or put in, and its lines are lines of the file', () => {
    const good = withOutput('  format: json', '  schema: { "score": integer, "why?": string, "kinds(array)": { "kind(enum)": [a, b] } }');
    expect(parsePromptFile(good).ok).toBe(true);
    const pieces = fc.constantFrom('{{', '}}', '{{#if ', '{{/if}}', '{{> a/b.v1}}', '---', '\n', ': ', '*a', '&a', '?', '(enum)', '"', '[', '{', '- ', '\u0000', '<<<dotprompt:role:user>>>', '{{role "user"}}');
    fc.assert(fc.property(fc.nat(good.length), fc.nat(30), fc.array(pieces, { maxLength: 3 }), (at, length, put) => {
      const text = good.slice(0, at) + put.join('') + good.slice(at + length);
      const read = parsePromptFile(text);
      if (read.ok) return;
      expect(read.line).toBeGreaterThanOrEqual(1);
      expect(read.line).toBeLessThanOrEqual(text.split(/\r\n?|\n/).length);
      expect(read.reason).not.toBe('');
    }), { numRuns: 1_500 });
  });
});

describe('the schema of an output', () => {
  it.each([
    ['scalars', { a: 'string', 'b?': 'integer, how many', c: 'number', 'd?': 'boolean, "yes", or no' }],
    ['enums', { 'a(enum)': ['x', 'y'], 'b?(enum, which one)': ['z'] }],
    ['lists', { 'a(array)': 'string', 'b?(array, all of them)': 'integer, each', 'c(array)': { d: 'string', 'e?': 'number' } }],
    ['objects', { 'a(object, this)': { b: 'string' }, 'c?(object)': { 'd?': 'string' }, e: { f: 'boolean' }, 'g?': { h: { i: 'string' } } }],
    ['nothing', {}],
  ])('is read as Dotprompt itself reads it: %s', async (_, schema) => {
    const read = readSchema(structuredClone(schema), []);
    // Dotprompt leaves `required: undefined` where nothing is.
    expect(read.ok && read.schema.json).toEqual(JSON.parse(JSON.stringify(await picoschema(structuredClone(schema)))));
  });

  it('is read as Dotprompt reads it, whatever its fields', async () => {
    const scalar = fc.tuple(fc.constantFrom('string', 'number', 'integer', 'boolean'), fc.constantFrom('', ', about, it')).map((parts) => parts.join(''));
    const { fields } = fc.letrec((tie) => ({
      fields: fc.dictionary(fc.stringMatching(/^[a-z]{2,6}\??$/), fc.oneof({ maxDepth: 3 }, scalar, tie('fields')), { maxKeys: 4 }),
    }));
    await fc.assert(fc.asyncProperty(fields, async (schema) => {
      const read = readSchema(structuredClone(schema), []);
      if (read.ok) expect(read.schema.json).toEqual(JSON.parse(JSON.stringify(await picoschema(structuredClone(schema)))));
      else expect(read.reason).toMatch(/twice|JSON schema|nested/);
    }), { numRuns: 200 });
  });

  it('differs in what code could notice, and not in how it is described', () => {
    const fields = (schema: unknown): Parameters<typeof differenceOf>[0] => { const read = readSchema(schema, []); return read.ok ? read.schema.fields : []; };
    const one = fields({ 'a(array)': { b: 'string, x' }, 'c(enum)': ['p', 'q'] });
    expect(differenceOf(fields({ 'c(enum, y)': ['q', 'p'], 'a(array)': { b: 'string' } }), one, 'v1')).toBeUndefined();
    expect(differenceOf(fields({ 'a(array)': { b: 'integer' }, 'c(enum)': ['p', 'q'] }), one, 'v1')).toEqual({ name: 'a[].b', reason: '"a[].b" is integer; in v1 it is string' });
    expect(differenceOf(fields({ 'a(array)': { b: 'string' }, 'c?(enum)': ['p'] }), one, 'v1')).toEqual({ name: 'c', reason: '"c" is one of p, optional; in v1 it is one of p, q' });
    expect(differenceOf(fields({ 'a(array)': { b: 'string' } }), one, 'v1')).toEqual({ name: undefined, reason: '"c" is missing, which v1 has' });
  });
});

describe('a partial', () => {
  it('is its whole file', () => {
    expect(parsePartialFile('Speak {{tone}}.\n')).toEqual({ ok: true, partial: { text: 'Speak {{tone}}.\n', variables: [{ name: 'tone', line: 1 }], partials: [] } });
  });
  it.each([
    ['front matter', file(), 1, 'front matter'], ['no words', ' \n', 1, 'no words'], ['a fault', 'a\n{{#each x}}{{/each}}', 2, 'each'], ['far too many bytes', 'é'.repeat(16_001), 1, '32002 bytes'],
  ])('with %s is refused with its line', (_, text, line, reason) => {
    expect(parsePartialFile(text)).toEqual({ ok: false, line, reason: expect.stringContaining(reason) });
  });
});

it('the hash of a prompt is that of its text, and of its partials in the order of their names', () => {
  expect(promptHash('abc', [])).toBe(textHash('abc').slice(0, 12));
  const [a, b] = [{ name: 'x/a.v1', text: 'A' }, { name: 'x/b.v1', text: 'B' }];
  expect(promptHash('abc', [b, a])).toBe(textHash('abcx/a.v1Ax/b.v1B').slice(0, 12));
});
