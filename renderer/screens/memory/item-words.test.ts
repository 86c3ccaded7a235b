import { expect, test } from 'vitest';
import { isSaidByText } from './item-words.ts';

test('a title that is the text or its beginning is not read twice', () => {
  expect(isSaidByText('Works at Siemens', ' Works  at\nSiemens ')).toBe(true);
  expect(isSaidByText('I reduced the p95 from…', 'I reduced the p95 from 1800 to 240 ms.')).toBe(true);
});

test('a title of its own stays beside its text', () => {
  expect(isSaidByText('Siemens', 'Siemens is where I worked.')).toBe(false);
  expect(isSaidByText('I reduced…', 'We reduced the p95.')).toBe(false);
});
