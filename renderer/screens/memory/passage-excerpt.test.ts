import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excerptOf, textBlocks } from './passage-excerpt.ts';

const words = fc.array(fc.constantFrom('kafka', 'lag', 'of', 'queue', 'p95', 'rolled', 'back', 'measured', '–', 'Übung'), { minLength: 1, maxLength: 300 });
const passageWithMarks = words.map((list) => {
  const text = list.join(' ');
  return { text, marks: [...text.matchAll(/kafka|lag/g)].map(({ index, 0: word }) => ({ start: index, end: index + word.length })) };
});

test('a short passage is shown whole, with its marks where they are', () => {
  expect(excerptOf('The lag came down', [{ start: 4, end: 7 }], 100)).toEqual({ text: 'The lag came down', marks: [{ start: 4, end: 7 }], cutBefore: false, cutAfter: false });
});

test('a long passage is cut to where the most found words stand together', () => {
  const text = `${'early lag and then nothing of it. '.repeat(8)}In the end the kafka lag of the kafka consumer was gone. ${'More words follow here. '.repeat(20)}`;
  const marks = [...text.matchAll(/kafka|lag/g)].map(({ index, 0: word }) => ({ start: index, end: index + word.length })).filter(({ start }) => start < 10 || start > 270);
  const excerpt = excerptOf(text, marks, 160);
  expect(excerpt.text).toContain('kafka lag of the kafka consumer');
  expect(excerpt).toMatchObject({ cutBefore: true, cutAfter: true });
});

test('an excerpt is a part of the passage, not much longer than asked for, and every mark in it stands on the word that was found', () => {
  fc.assert(fc.property(passageWithMarks, fc.integer({ min: 80, max: 400 }), ({ text, marks }, most) => {
    const excerpt = excerptOf(text, marks, most);
    expect(text).toContain(excerpt.text);
    expect(excerpt.text.length).toBeLessThanOrEqual(most);
    if (marks.length > 0) expect(excerpt.marks.length).toBeGreaterThan(0);
    for (const { start, end } of excerpt.marks) expect(['kafka', 'lag']).toContain(excerpt.text.slice(start, end));
  }));
});

test('marks outside of the passage are left out or cut, never shown beside it', () => {
  expect(excerptOf('The lag', [{ start: -4, end: 3 }, { start: 5, end: 90 }, { start: 40, end: 50 }, { start: 2, end: 2 }], 100).marks).toEqual([{ start: 0, end: 3 }, { start: 5, end: 7 }]);
});

test('blocks of a long text hold all of it, in order, but for the line breaks between them', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('a line of some words', '', 'x'.repeat(80), '- point'), { maxLength: 200 }), fc.integer({ min: 20, max: 900 }), (lines, size) => {
    const text = lines.join('\n');
    const blocks = textBlocks(text, size);
    // A line break at the very end draws nothing.
    expect([text, text.replace(/\n$/, '')]).toContain(blocks.map(({ start, end }) => text.slice(start, end)).join('\n'));
    for (const { start, end } of blocks.slice(0, -1)) expect(text.slice(start, end).endsWith('\n')).toBe(false);
  }));
});
