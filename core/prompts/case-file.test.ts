import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../../testing/engine.ts';
import { CASE_FILE_LIMIT, casesOf, parseCaseFile } from './case-file.ts';

const GOOD = `prompt: greetings/hello
about: How somebody is greeted.
defaults:
  head: { prompt: greetings/host, input: { house: Hall, mood: calm } }
  turns:
    - candidate: Hello.
  input: { name: Ada, warm: false }
  expect:
    - words: { max: 20 }
cases:
  - id: plain
    about: Nothing special.
  - id: warm-one
    about: Another mood and name.
    headInput: { mood: warm }
    input: { warm: true }
    turns: []
    expect:
      - mentions: [hello, welcome]
      - asks: none
  - id: other-head
    about: Its own head.
    head: { prompt: greetings/butler }
    last: { prompt: greetings/bye, input: { minutes: 3 } }
`;

describe('a file of cases', () => {
  it('gives its cases with the defaults worked in', () => {
    const read = parseCaseFile(GOOD);
    expect(read.ok && casesOf(read.file)).toEqual([
      { id: 'plain', about: 'Nothing special.', head: { prompt: 'greetings/host', input: { house: 'Hall', mood: 'calm' } }, turns: [{ candidate: 'Hello.' }], last: undefined, input: { name: 'Ada', warm: false }, expect: [{ words: { max: 20 } }] },
      { id: 'warm-one', about: 'Another mood and name.', head: { prompt: 'greetings/host', input: { house: 'Hall', mood: 'warm' } }, turns: [], last: undefined, input: { name: 'Ada', warm: true }, expect: [{ words: { max: 20 } }, { mentions: ['hello', 'welcome'] }, { asks: 'none' }] },
      { id: 'other-head', about: 'Its own head.', head: { prompt: 'greetings/butler', input: {} }, turns: [{ candidate: 'Hello.' }], last: { prompt: 'greetings/bye', input: { minutes: 3 } }, input: { name: 'Ada', warm: false }, expect: [{ words: { max: 20 } }] },
    ]);
  });

  it.each([
    ['a syntax error', GOOD.replace('[hello, welcome]', '[hello, welcome'), 20, ''],
    ['no fields', 'just words', 1, 'not made of fields'],
    ['nothing in it', '', 1, ''],
    ['no prompt', GOOD.replace(/^prompt.*\n/, ''), 1, 'prompt: this field is missing'],
    ['an unknown field', GOOD.replace('headInput', 'headinput'), 15, 'cases.1.headinput: there is no such field'],
    ['an expectation that does not exist', GOOD.replace('mentions:', 'mentoins:'), 19, 'mentoins: there is no such field'],
    ['an expectation of the wrong kind', GOOD.replace('asks: none', 'asks: two'), 20, 'cases.1.expect.1.asks: Invalid option'],
    ['a range that is none', GOOD.replace('max: 20', 'maximum: 20'), 9, 'words.maximum: there is no such field'],
    ['a turn of nobody', GOOD.replace('candidate: Hello.', 'canddate: Hello.'), 6, 'canddate: there is no such field'],
    ['an input that is a list', GOOD.replace('warm: true', 'warm: [true]'), 16, 'cases.1.input.warm'],
    ['a case that is there twice', GOOD.replace('id: warm-one', 'id: plain'), 13, '"plain" is there twice'],
    ['an input for a head that is not there', GOOD.replace(/^ {2}head:.*\n/m, ''), 14, 'there is no head'],
    ['far too many bytes', `# ${'x'.repeat(CASE_FILE_LIMIT)}`, 1, 'bytes'],
  ])('with %s is refused with its line', (_, text, line, reason) => {
    expect(parseCaseFile(text)).toEqual({ ok: false, line, reason: expect.stringContaining(reason) });
  });

  it('never throws, whatever the text or whatever happened to a good one', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => { parseCaseFile(text); }), { numRuns: 300 });
    const pieces = fc.constantFrom(': ', '- ', '\n', '  ', '[', ']', '{', '}', '*a', '&a ', '"', '|', '? ', '\t', '\u0000', '!!map', '<<: ');
    fc.assert(fc.property(fc.nat(GOOD.length), fc.nat(30), fc.array(pieces, { maxLength: 3 }), (at, length, put) => {
      const text = GOOD.slice(0, at) + put.join('') + GOOD.slice(at + length);
      const read = parseCaseFile(text);
      if (read.ok) return void casesOf(read.file);
      expect(read.line).toBeGreaterThanOrEqual(1);
      expect(read.line).toBeLessThanOrEqual(text.split('\n').length);
    }), { numRuns: 600 });
  });

  it('is whole in each that comes with the app', () => {
    const dir = join(PROJECT, 'prompts');
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cases.yaml'));
    expect(files.length).toBeGreaterThan(0);
    expect(files.map((name) => [name, parseCaseFile(readFileSync(join(dir, name), 'utf8'))] as const).filter(([, read]) => !read.ok)).toEqual([]);
  });
});
