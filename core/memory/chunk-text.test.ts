import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkText } from './chunk-text.ts';
import { cleanText } from './clean-text.ts';

const LONGEST = 1792, OVERLAP = 175;
const sentence = (n: number): string => `Sentence number ${n} tells how the team of plant ${n} kept the line running. `;
const sentences = (count: number, from = 0): string => Array.from({ length: count }, (_, n) => sentence(from + n)).join('').trim();
const title = 'Résumé';

const word = fc.oneof(fc.stringMatching(/^[a-z]{1,12}$/), fc.constantFrom('naïve', '👩‍💻', '日本語の文章です。', '𝒳𝒴', 'C++', 'x'.repeat(400), '界'.repeat(900), '🙂'.repeat(1000)));
const line = fc.array(word, { maxLength: 40 }).map((words) => words.join(' '));
const anyText = fc.array(fc.oneof(
  { weight: 6, arbitrary: line }, { weight: 3, arbitrary: fc.array(line, { maxLength: 8 }).map((lines) => lines.join('. ')) },
  { weight: 3, arbitrary: fc.constantFrom('', '', '# One', '## Two', '### Three', 'EXPERIENCE', 'Under\n=====', '- item', '1. first', '```', '    code', '| a | b |') },
), { maxLength: 30 }).map((lines) => lines.join('\n'));

describe('passages', () => {
  it('stand in the text exactly where they say, hold every character but blanks, and are never too long', () => {
    fc.assert(fc.property(fc.oneof(anyText, fc.string({ unit: 'binary', maxLength: 4000 })), (text) => {
      const passages = chunkText(text, { title });
      const held = new Uint8Array(text.length);
      passages.forEach((passage, index) => {
        expect(passage.position).toBe(index);
        expect(text.slice(passage.start, passage.start + passage.text.length)).toBe(passage.text);
        expect(passage.text.trim()).toBe(passage.text);
        expect(passage.text.length).toBeGreaterThan(0);
        expect(passage.text.length).toBeLessThanOrEqual(LONGEST);
        held.fill(1, passage.start, passage.start + passage.text.length);
      });
      expect([...text.matchAll(/\S/g)].filter(({ index }) => held[index] === 0).map(({ index }) => index)).toEqual([]);
      for (let at = 1; at < passages.length; at++) expect(passages[at]!.start).toBeGreaterThan(passages[at - 1]!.start);
    }), { numRuns: 200 });
  });

  it('never begin or end inside a word, nor between the halves of a character', () => {
    const ordinary = fc.array(fc.array(fc.stringMatching(/^[a-zA-Z0-9é]{1,14}[.,]?$/), { minLength: 1, maxLength: 300 }).map((words) => words.join(' ')), { minLength: 1, maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(ordinary, (text) => {
      for (const { start, text: passage } of chunkText(text, { title })) {
        expect(/\S\S/.test(text.slice(Math.max(0, start - 1), start + 1)) && start > 0).toBe(false);
        const end = start + passage.length;
        expect(/\S\S/.test(text.slice(end - 1, end + 1))).toBe(false);
      }
    }), { numRuns: 150 });
    for (const text of ['🙂'.repeat(5000), `x${'🙂'.repeat(5000)}`, '𝒳'.repeat(5000), `x${'𝒳'.repeat(5000)}`, 'x'.repeat(9000)]) {
      for (const { text: passage } of chunkText(text, { title })) expect(passage.isWellFormed()).toBe(true);
    }
  });

  it('divide scripts without blanks between words too', () => {
    const text = '私は三年間この会社で働きました'.repeat(400);
    const passages = chunkText(text, { title });
    expect(passages.length).toBeGreaterThan(3);
    for (const { text: passage } of passages.slice(0, -1)) expect(passage).toMatch(/(私|は|三|年間|この|会社|で|働き|まし|た|働きました|三年間)$/);
  });

  it('are one for a short text, whatever it looks like', () => {
    expect(chunkText('  I led a team of four.\n\n# Not a heading to speak of\n', { title: 'Turn 3' })).toEqual([{ position: 0, heading: 'Turn 3', text: 'I led a team of four.\n\n# Not a heading to speak of', start: 2 }]);
    expect(chunkText(sentences(20), { title })).toHaveLength(1);
    expect(chunkText(' \n ', { title })).toEqual([]);
  });

  it('carry the path of their headings, the title first', () => {
    const text = cleanText(`Jo Example, engineer\n\n# Experience\n\n## Acme\n\n${sentences(6)}\n\n### Awards\n\n${sentences(6, 20)}\n\n## Globex\n\n${sentences(6, 40)}\n\nEDUCATION\n\n${sentences(6, 60)}\n\nInterests\n=========\n\n${sentences(6, 80)}`);
    expect(chunkText(text, { title }).map(({ heading, text: passage }) => [heading, passage.replace(/\s+/g, ' ').slice(0, 18)])).toEqual([
      ['Résumé', 'Jo Example, engine'],
      ['Résumé › Experience › Acme', '# Experience ## Ac'],
      ['Résumé › Experience › Acme › Awards', '### Awards Sentenc'],
      ['Résumé › Experience › Globex', '## Globex Sentence'],
      ['Résumé › EDUCATION', 'EDUCATION Sentence'],
      ['Résumé › Interests', 'Interests ========'],
    ]);
  });

  it('put short neighbours under one heading together, up to the limit', () => {
    const text = Array.from({ length: 40 }, (_, n) => `Paragraph ${n} is about as long as a spoken sentence, and no longer than that.`).join('\n\n');
    const passages = chunkText(text, { title });
    expect(passages.length).toBeLessThanOrEqual(3);
    expect(passages[0]!.text.length).toBeGreaterThan(LONGEST - 100);
  });

  it('repeat the last sentences of the passage they continue, and nothing across headings', () => {
    const text = `# One\n\n${sentences(60)}\n\n# Two\n\n${sentences(60, 100)}`;
    const passages = chunkText(text, { title });
    const heads = passages.map(({ heading }) => heading);
    for (let at = 1; at < passages.length; at++) {
      const shared = passages[at - 1]!.start + passages[at - 1]!.text.length - passages[at]!.start;
      if (heads[at] === heads[at - 1]) {
        expect(shared).toBeGreaterThan(50);
        expect(shared).toBeLessThanOrEqual(OVERLAP);
        expect(passages[at]!.text).toMatch(/^Sentence number/);
      } else expect(shared).toBeLessThanOrEqual(0);
    }
    expect(new Set(heads)).toEqual(new Set(['Résumé › One', 'Résumé › Two']));
  });

  it('go on at a word where a sentence is longer than a passage, repeating words', () => {
    const text = Array.from({ length: 1000 }, (_, n) => `word${n}`).join(' ');
    const passages = chunkText(text, { title });
    expect(passages.length).toBeGreaterThan(4);
    for (const { text: passage } of passages) expect(passage).toMatch(/^word\d+( word\d+)*$/);
    expect(new Set(passages.flatMap(({ text: passage }) => passage.split(' ')))).toEqual(new Set(text.split(' ')));
    for (let at = 1; at < passages.length; at++) {
      const shared = passages[at - 1]!.start + passages[at - 1]!.text.length - passages[at]!.start;
      expect(shared).toBeGreaterThan(OVERLAP - 12);
      expect(shared).toBeLessThanOrEqual(OVERLAP);
    }
  });

  it('divide code at lines', () => {
    const code = `\`\`\`\n${Array.from({ length: 120 }, (_, n) => `const value${n} = compute(${n}) + other.thing(${n});`).join('\n')}\n\`\`\``;
    for (const { text } of chunkText(code, { title })) for (const row of text.split('\n')) expect(row).toMatch(/^(```|const value\d+ = compute\(\d+\) \+ other\.thing\(\d+\);)$/);
  });

  it('keep list items whole', () => {
    const list = Array.from({ length: 60 }, (_, n) => `- Item ${n} with what I did there, in a line of its own\n  and a second one`).join('\n');
    for (const { text } of chunkText(list, { title })) expect(text).toMatch(/second one$/);
  });

  it('take time in proportion to the text, up to the longest there may be', () => {
    for (const text of ['x'.repeat(500_000), 'word '.repeat(100_000), sentences(7000).slice(0, 500_000), 'a\n'.repeat(250_000), '🙂'.repeat(250_000), '界'.repeat(500_000), '# h\n'.repeat(125_000), '. '.repeat(250_000)]) {
      const startedAt = performance.now();
      chunkText(text, { title });
      expect(performance.now() - startedAt).toBeLessThan(8_000);
    }
  });
});
