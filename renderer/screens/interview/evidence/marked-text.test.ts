import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBlocks, splitByMarks, type TextMark } from './marked-text.ts';

const mark = (id: string, start: number, end: number): TextMark => ({ id, kind: 'evidence', start, end });

describe('splitByMarks', () => {
  test('gives one plain piece when there are no marks', () => {
    expect(splitByMarks('Ten words.', [])).toEqual([{ start: 0, end: 10, text: 'Ten words.', marks: [], closing: [] }]);
  });

  test('keeps both marks on the words that two of them share', () => {
    const pieces = splitByMarks('abcdefghij', [mark('a', 0, 6), mark('b', 4, 10)]);
    expect(pieces.map((piece) => [piece.text, piece.marks.map(({ id }) => id).join('')])).toEqual([['abcd', 'a'], ['ef', 'ab'], ['ghij', 'b']]);
    expect(pieces.map((piece) => piece.closing.map(({ id }) => id).join(''))).toEqual(['', 'a', 'b']);
  });

  test('closes a mark nested in another where it ends, not where the outer one does', () => {
    const pieces = splitByMarks('abcdefghij', [mark('outer', 0, 10), mark('inner', 2, 5)]);
    expect(pieces.map((piece) => piece.closing.map(({ id }) => id))).toEqual([[], ['inner'], ['outer']]);
  });

  test('clamps marks that reach past the text and leaves empty ones out', () => {
    const pieces = splitByMarks('abc', [mark('a', 1, 99), mark('b', 2, 2), mark('c', 50, 60)]);
    expect(pieces.map((piece) => [piece.text, piece.marks.length])).toEqual([['a', 0], ['bc', 1]]);
  });

  test('never loses or doubles a character, whatever the marks', () => {
    const marks = fc.array(fc.record({ id: fc.constantFrom('1', '2', '3'), kind: fc.constant('evidence' as const), start: fc.nat(60), end: fc.nat(60) }));
    fc.assert(fc.property(fc.string({ maxLength: 50 }), marks, (text, list) => {
      const pieces = splitByMarks(text, list);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      for (const piece of pieces) for (const { start, end } of piece.marks) expect(start <= piece.start && end >= piece.end).toBe(true);
    }));
  });
});

describe('findBlocks', () => {
  test('separates paragraphs at blank lines and keeps single line breaks inside', () => {
    const text = 'One.\nStill one.\n\nTwo.';
    expect(findBlocks(text).map((block) => text.slice(block.start, block.end))).toEqual(['One.\nStill one.', 'Two.']);
  });

  test('keeps a fenced block whole, blank lines and all, without its fences', () => {
    const text = 'Before.\n```ts\nconst a = 1;\n\nconst b = 2;\n```\nAfter.';
    expect(findBlocks(text).map((block) => [block.shape, text.slice(block.start, block.end)])).toEqual([
      ['paragraph', 'Before.'], ['code', 'const a = 1;\n\nconst b = 2;'], ['paragraph', 'After.'],
    ]);
  });

  test('is not fooled by a shorter fence inside a longer one', () => {
    const text = '````\n```\nx\n```\n````';
    expect(findBlocks(text).map((block) => [block.shape, text.slice(block.start, block.end)])).toEqual([['code', '```\nx\n```']]);
  });

  test('shows the rest as code when a fence is never closed', () => {
    const text = '```\nlet x';
    expect(findBlocks(text).map((block) => [block.shape, text.slice(block.start, block.end)])).toEqual([['code', 'let x']]);
  });
});
