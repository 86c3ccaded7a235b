import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../../testing/engine.ts';
import { parseJsonDocument } from './json-document.ts';

describe('JSON with lines', () => {
  it('reads what JSON.parse reads, whatever it is and however it is laid out', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseJsonDocument(text)).toMatchObject({ ok: true, value: JSON.parse(text) as unknown });
    }));
  });

  it('refuses what JSON.parse refuses, when one character is taken out or doubled', () => {
    const text = readFileSync(join(PROJECT, 'models/lanes.json'), 'utf8').slice(0, 900);
    const whole = JSON.stringify({ a: [1, -2.5e3, true, null, 'x\\n\u00e9'], b: { c: '' } }, null, 1);
    for (const source of [text, whole]) {
      for (let at = 0; at < source.length; at++) {
        for (const changed of [source.slice(0, at) + source.slice(at + 1), source.slice(0, at) + source.slice(at, at + 1) + source.slice(at)]) {
          let accepted = true;
          try { JSON.parse(changed); } catch { accepted = false; }
          const mine = parseJsonDocument(changed);
          if (mine.ok !== accepted && !(mine.ok === false && /twice/.test(mine.reason))) expect.fail(`${accepted ? 'refused' : 'accepted'}: ${changed}`);
        }
      }
    }
    expect(parseJsonDocument(whole).ok).toBe(true);
  });

  it.each([
    ['a comma too many', '{\n  "a": 1,\n}', 3, /comma too many/],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 3, /comma or "}"/],
    ['a word that is no value', '{\n  "a": yes\n}', 2, /value is expected/],
    ['single quotes', "{\n 'a': 1\n}", 2, /double quotes/],
    ['an unclosed text', '{\n  "a": "x\n}', 2, /not closed/],
    ['a file cut short', '{\n  "a": [1,\n  2', 3, /ends before/],
    ['a field that stands twice', '{\n  "a": 1,\n  "a": 2\n}', 3, /twice/],
    ['something after the end', '{}\n\nx', 3, /after the end/],
    ['nothing at all', '', 1, /ends too early/],
    ['nesting without end', '['.repeat(100), 1, /too deeply/],
  ])('names the line of %s', (_, text, line, reason) => {
    expect(parseJsonDocument(text)).toEqual({ ok: false, line, reason: expect.stringMatching(reason) });
  });

  it('knows the line of each field, and of what stands around a missing one', () => {
    const document = parseJsonDocument('\uFEFF{\n  "list": [\n    { "id": "a" },\n    {\n      "id": "b"\n    }\n  ]\n}');
    const lineOf = document.ok ? document.lineOf : () => -1;
    expect([['list'], ['list', 0], ['list', 1], ['list', 1, 'id'], ['list', 1, 'absent'], ['absent']].map((path) => lineOf(path))).toEqual([2, 3, 4, 5, 4, 1]);
  });

  it('reads a field called __proto__ as a field', () => {
    const document = parseJsonDocument('{"__proto__": {"x": 1}}');
    expect(document.ok && Object.keys(document.value as object)).toEqual(['__proto__']);
  });

  it('reads every file that comes with the app', () => {
    for (const name of readdirSync(join(PROJECT, 'models')).filter((file) => file.endsWith('.json'))) {
      expect([name, parseJsonDocument(readFileSync(join(PROJECT, 'models', name), 'utf8')).ok]).toEqual([name, true]);
    }
  });
});
