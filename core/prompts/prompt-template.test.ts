import { describe, expect, it } from 'vitest';
import { readTemplate } from './prompt-template.ts';

describe('a template', () => {
  it('is read with the line of every variable, comparison and partial', () => {
    const text = ['{{role "system"}}', '{{!-- {{nothing}} of this counts --}}', '{{#if posting}}', 'A {{posting}}', '{{else}}', '{{> interview/tone.v1}}', '{{/if}}', '{{#unlessEquals pressure "tough"}}{{name}}{{/unlessEquals}}'].join('\n');
    expect(readTemplate(text)).toEqual({
      variables: [{ name: 'posting', line: 3 }, { name: 'posting', line: 4 }, { name: 'pressure', line: 8, equals: 'tough' }, { name: 'name', line: 8 }],
      partials: [{ name: 'interview/tone.v1', line: 6 }], faults: [],
    });
    expect(readTemplate(text.replaceAll('\n', '\r\n'))).toEqual(readTemplate(text));
  });

  it('may show JSON, nested too', () => {
    expect(readTemplate('Answer {"a": {"b": 1}} or\n{\n "a": {"b": {"c": "{{x}}" }}}').faults).toEqual([]);
  });

  it.each([
    ['a block that is never closed', 'a\n{{#if a}}b\n\n', 2, '{{#if}} is never closed'],
    ['an inner block that is never closed', 'a\n{{#if a}}\n{{#ifEquals b "x"}}\n', 3, '{{#ifEquals}} is never closed'],
    ['a block closed by another name', 'a\n{{#if a}}b\n{{/unless}}', 2, '{{#if}} is closed by {{/unless}}'],
    ['a block that was not opened', 'a\nb{{/if}}', 2, 'a block is closed that was not opened: b{{/if}}'],
    ['an else outside of a block', 'a\n\n{{else}}', 3, '{{else}} stands outside of a block'],
    ['a tag that is never closed', 'a\nb {{name', 2, 'this cannot be read as a template: b {{name'],
    ['half a tag', 'a\n{{name} b', 2, 'this cannot be read as a template: {{name} b'],
    ['the other half', 'a\nb name}} c', 2, '}} without its other half'],
    ['an empty tag', '\n{{ }}', 2, 'cannot be read'],
    ['a comment that is never closed', 'a\n{{!-- b\n', 2, 'cannot be read'],
    ['a written-out tag', 'a\n\\{{name}}', 2, '{{ can only begin a tag'],
    ['three braces', 'a\n{{{name}}}', 2, '{{{name}}} is not known here'],
    ['an ampersand', '{{&name}}', 1, '{{&name}} is not known here'],
    ['a loop', 'a\n{{#each xs}}x{{/each}}', 2, '{{#each}} is not known here'],
    ['an else-if', '{{#if a}}\nb{{else if c}}d{{/if}}', 2, '{{else if}} is not known here'],
    ['an upside-down block', '{{^if a}}b{{/if}}', 1, 'use {{#unless}}'],
    ['a raw block', '{{{{if a}}}} b {{{{/if}}}}', 1, 'is not known here'],
    ['an if that compares', '{{#if a "b"}}c{{/if}}', 1, 'is not like {{#if name}}'],
    ['an ifEquals that does not', '{{#ifEquals a}}c{{/ifEquals}}', 1, 'is not like {{#ifEquals name "this"}}'],
    ['an ifEquals of two variables', '{{#ifEquals a b}}c{{/ifEquals}}', 1, 'is not like {{#ifEquals name "this"}}'],
    ['a block parameter', '{{#if a as |b|}}c{{/if}}', 1, 'is not like {{#if name}}'],
    ['a helper', 'a\n\n{{json x}}', 3, 'there is no "json"'],
    ['a helper with settings', '{{media url=x}}', 1, 'cannot have settings'],
    ['a helper without anything', '{{history}}', 1, '"history" cannot be the name of a variable'],
    ['a path', '{{a.b}}', 1, '"a.b" cannot be the name of a variable'],
    ['a way up', '{{../a}}', 1, 'cannot be the name'],
    ['data of Handlebars', '{{@root}}', 1, 'is not like {{name}}'],
    ['a name every object has', '{{constructor}}', 1, 'cannot be the name'],
    ['a number', '{{2}}', 1, 'is not like {{name}}'],
    ['space cut away', 'a\n{{~name}}', 2, '~'],
    ['space cut away at a block\'s end', 'a\n{{#if a}}b{{/if~}}', 2, '~'],
    ['an unknown role', 'a\n{{role "admin"}}', 2, 'there is no role "admin"'],
    ['a role from a variable', '{{role name}}', 1, 'is not like {{role "user"}}'],
    ['a role mark written by hand', 'a\n\n<<<dotprompt:role:system>>>', 3, 'by hand'],
    ['a partial without a version', '{{> interview/tone}}', 1, 'is not like {{> slug/name.v1}}'],
    ['a partial without a folder', '{{> tone.v1}}', 1, 'is not like {{> slug/name.v1}}'],
    ['a partial with parameters', 'a\n{{> interview/tone.v1 name="x"}}', 2, 'is not like {{> slug/name.v1}}'],
    ['a partial with a context', '{{> interview/tone.v1 name}}', 1, 'is not like {{> slug/name.v1}}'],
    ['a partial by a variable', '{{> (name)}}', 1, 'is not like {{> slug/name.v1}}'],
    ['a partial block', '{{#> interview/tone.v1}}a{{/interview/tone.v1}}', 1, 'is not known here'],
    ['an inline partial', '{{#*inline "x"}}a{{/inline}}', 1, 'is not known here'],
    ['blocks without end', '{{#if a}}'.repeat(2_000) + '{{/if}}'.repeat(2_000), 1, 'deep'],
  ])('with %s is refused with its line', (_, text, line, reason) => {
    const { faults } = readTemplate(text);
    expect(faults[0]).toEqual({ line, reason: expect.stringContaining(reason) });
    expect(faults[0]?.reason).not.toContain('\n');
    expect(faults[0]?.reason.length).toBeLessThan(160);
  });

  it('names all its faults, in the order of their lines', () => {
    expect(readTemplate('{{a.b}}\n{{{c}}}\n{{role "x"}}').faults.map(({ line }) => line)).toEqual([1, 2, 3]);
  });
});
