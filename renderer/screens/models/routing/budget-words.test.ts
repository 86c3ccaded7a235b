import { expect, test } from 'vitest';
import { dollars, monthName, wholeNumber } from './budget-words.ts';

test('a cost below a cent is not shown as nothing', () => {
  expect(dollars(420_000)).toBe('$0.42');
  expect(dollars(1_234)).toBe('$0.0012');
  expect(dollars(0)).toBe('$0.00');
});

test('months and counts are written for people', () => {
  expect(monthName('2026-11')).toBe('November 2026');
  expect(monthName('whenever')).toBe('whenever');
  expect(wholeNumber(1_234_567)).toBe('1,234,567');
});
