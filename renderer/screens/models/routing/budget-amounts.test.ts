import { expect, test } from 'vitest';
import { dollarsTyped, parseDollars, parseTokens } from './budget-amounts.ts';

test('an empty limit is no limit, and zero is zero', () => {
  expect(parseTokens('')).toBeNull();
  expect(parseTokens('0')).toBe(0);
  expect(parseDollars(' ')).toBeNull();
  expect(parseDollars('0')).toBe(0);
});

test('amounts are read as people write them', () => {
  expect(parseTokens('500 000')).toBe(500_000);
  expect(parseTokens('1,000,000')).toBe(1_000_000);
  expect(parseDollars('$5')).toBe(5_000_000);
  expect(parseDollars('2.50')).toBe(2_500_000);
  expect(parseDollars('2,50')).toBe(2_500_000);
});

test('what is no amount is refused instead of guessed', () => {
  for (const typed of ['many', '-1', '1.5', '1e6']) expect(parseTokens(typed)).toBeUndefined();
  for (const typed of ['five', '-2', '1.2.3', '1,000.00', '5 €']) expect(parseDollars(typed)).toBeUndefined();
});

test('a limit is shown as it would be typed', () => {
  expect(dollarsTyped(2_500_000)).toBe('2.5');
  expect(dollarsTyped(null)).toBe('');
  expect(parseDollars(dollarsTyped(1_230_000))).toBe(1_230_000);
});
