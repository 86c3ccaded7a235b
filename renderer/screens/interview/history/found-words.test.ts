import { expect, test } from 'vitest';
import { findWords } from './found-words.ts';

const found = (text: string, search: string): string[] => findWords(text, search).map(({ start, end }) => text.slice(start, end));

test('finds words by their beginning, without regard to case and accents', () => {
  expect(found('The Café had cafés, decaf and a queue.', 'cafe QUE')).toEqual(['Café', 'cafés', 'queue']);
});

test('finds nothing for a search without a word in it', () => {
  expect(found('Anything', '  "? ')).toEqual([]);
});
