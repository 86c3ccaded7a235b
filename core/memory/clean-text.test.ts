import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, looksLikeText } from './clean-text.ts';

/** Texts made of what cleaning is about, as often beside each other as random characters never are. */
const trouble = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(' ', '  ', '    ', '\t', '\n', '\r\n', '\r', '\n\n', '\n\n\n\n', '\u00a0', '\u2009', '\u2028', '\f', '\v', '\u0085') },
  { weight: 2, arbitrary: fc.constantFrom('\u0000', '\u0007', '\u200b', '\u200c', '\u200d', '\ufeff', '\u00ad', '\u202e', '\ufffd', '\ud83d', '\ude00', '\ufb01', '\uf0b7', '\u0301', '\u0327', 'e\u0301', '\u212b') },
  { weight: 3, arbitrary: fc.constantFrom('```', '~~~', '```js', '- item', '# Heading', 'Page 3 of 9', 'a', 'é', 'می', 'क्', '👩‍💻', 'word', '|', 'A sentence that is long enough to count as a block of its own, repeated.') },
);
const troubled = fc.array(trouble, { maxLength: 60 }).map((parts) => parts.join(''));
const paragraph = (name: string): string => `${name}: we moved the billing service to queues, and invoices came out twice as fast as they did before.`;

describe('cleaning a text', () => {
  it('changes nothing in what is clean already', () => {
    fc.assert(fc.property(fc.oneof(troubled, fc.string({ unit: 'binary' })), (text) => {
      const once = cleanText(text);
      expect(cleanText(once)).toBe(once);
    }), { numRuns: 1000 });
  });

  it('keeps every letter and digit of a text without repetitions', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(1e9), fc.constantFrom(' ', '\n', '\n\n', '\r\n\r\n\r\n', '\t', '   ')), { maxLength: 40 }), (parts) => {
      const text = parts.map(([number, gap], index) => `w${index}x${number}${gap}`).join('');
      expect(cleanText(text).replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
    }));
  });

  it('leaves no line end but one kind, nothing that cannot be seen, and composed letters', () => {
    expect(cleanText('Line one\r\nline\u200b two\rline\u0000 three\u2028cafe\u0301 \ufb01rst\u00ad\ufeff\ud800!')).toBe('Line one\nline two\nline three\ncafé first!');
  });

  it('keeps joiners where they mean something', () => {
    expect(cleanText('👩‍💻 می‌خواهم क्‍ष a\u200db')).toBe('👩‍💻 می‌خواهم क्‍ष ab');
  });

  it('composes letters that a joiner kept apart', () => {
    expect(cleanText('cafe\u200d\u0301')).toBe('café');
  });

  it('sees page headers that stand regularly only without a block that was pasted twice', () => {
    const lines = (name: string, count: number): string => Array.from({ length: count }, (_, line) => `${name} did ${'abcdefghijklmnopqrstuvwxyzäöüß'[line]} of the work that was there to do`).join('\n');
    const block = `\n${lines('Everybody', 20)}\n`;
    const clean = cleanText(['Jo Example', lines('Al', 10), block, 'Jo Example', lines('Bo', 30), block, 'Jo Example', lines('Cy', 30), 'Jo Example', lines('Di', 30)].join('\n'));
    expect(clean.match(/Everybody/g)).toHaveLength(20);
    expect(clean.match(/Jo Example/g)).toHaveLength(1);
    expect(cleanText(clean)).toBe(clean);
  });

  it('makes runs of blanks one blank, and keeps columns apart by a tab', () => {
    expect(cleanText('Two  blanks,\u00a0\u2009other ones  \nPython      5 years\nGo\t\t2 years   ')).toBe('Two blanks, other ones\nPython\t5 years\nGo\t2 years');
  });

  it('keeps two empty lines at most, and none around the text', () => {
    expect(cleanText('\n \n\nOne\n\n\n\n\n\nTwo\n\n\nThree\n\n')).toBe('One\n\n\nTwo\n\n\nThree');
  });

  it('leaves code as it is, fenced or indented', () => {
    const fenced = '```python\ndef  f(x):\n\n\n\n\n    return  x   # two\n```';
    const code = `${fenced}\n\nText\n\n    if  (a)   b();\n\n${fenced}`;
    expect(cleanText(code)).toBe(code);
  });

  it('keeps page headers and footers once, whatever number they hold', () => {
    const pages = Array.from({ length: 5 }, (_, page) => [`Jo Example — Curriculum vitae`, ...Array.from({ length: 30 + (page % 2) }, (_unused, line) => `Line ${'abcdefgh'[page]}${'abcdefghijklmnopqrstuvwxyzabcdefgh'[line]}${line > 25 ? 'x' : ''} of work`), `Page ${page + 1} of 5`].join('\n'));
    const clean = cleanText(pages.join('\n'));
    expect(clean.match(/Curriculum vitae/g)).toHaveLength(1);
    expect(clean.match(/Page \d of 5/g)).toEqual(['Page 1 of 5']);
    expect(clean.match(/of work/g)).toHaveLength(5 * 30 + 2);
  });

  it('keeps lines that return for a reason: labels, list items, headings, and what stands near itself', () => {
    const job = (name: string): string => [`## ${name}`, 'Tasks:', ...Array.from({ length: 14 }, (_, line) => `- ${name} did thing ${'abcdefghijklmn'[line]}`), '- On call', '| a | b |', 'Remote'].join('\n');
    const text = ['One', 'Two', 'Three', 'Four'].map(job).join('\n');
    const clean = cleanText(text);
    expect(clean.match(/Tasks:/g)).toHaveLength(4);
    expect(clean.match(/- On call/g)).toHaveLength(4);
    expect(clean.match(/\| a/g)).toHaveLength(4);
    expect(cleanText('yes\nno\nyes\nno\nyes\nno\nyes')).toBe('yes\nno\nyes\nno\nyes\nno\nyes');
  });

  it('keeps a posting that was pasted twice once, with its short lines', () => {
    const posting = ['# Backend engineer', paragraph('About us'), 'Your tasks', `- ${paragraph('First')}\n- ${paragraph('Second')}`, 'Apply now'].join('\n\n');
    expect(cleanText(`${posting}\n\n${posting}`)).toBe(posting);
    expect(cleanText(`${posting}\n\nSomething else\n\n${paragraph('About  us')}`)).toBe(`${posting}\n\nSomething else`);
  });

  it('keeps short blocks that return, also many in a row', () => {
    const talk = Array.from({ length: 90 }, (_, index) => (index % 2 ? 'Yes.' : 'Really?')).join('\n\n');
    expect(cleanText(talk)).toBe(talk);
  });

  it('takes time in proportion to the text, up to the longest there may be', () => {
    const texts = ['ok\n\n'.repeat(125_000), 'Same line of text\n'.repeat(28_000), 'word '.repeat(100_000), `${'a\u200d'.repeat(200_000)}`, ' \t'.repeat(250_000), '```\n'.repeat(125_000)];
    for (const text of texts) {
      const startedAt = performance.now();
      cleanText(text);
      expect(performance.now() - startedAt).toBeLessThan(8_000);
    }
  });
});

describe('telling text from a file\'s bytes', () => {
  it('takes words of any script, and one stray character in a long text', () => {
    for (const text of ['', 'Hello', 'Привет, мир', '日本語 👩‍💻', `${'word '.repeat(100)}\u0007`]) expect(looksLikeText(text)).toEqual({ ok: true });
  });

  it('refuses bytes, and says how much of them is strange', () => {
    expect(looksLikeText('PK\u0003\u0004\ufffd\ufffd')).toEqual({ ok: false, share: expect.closeTo(4 / 6) as number });
    expect(looksLikeText(`${'word '.repeat(1000)}\u0000`).ok).toBe(false);
  });
});
