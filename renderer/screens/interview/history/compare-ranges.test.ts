import { expect, test } from 'vitest';
import { compareRanges } from './compare-ranges.ts';

const scored = (score: number | null, low: number | null = score, high: number | null = score) => ({ score, low, high });

test('tells better from worse only when the likely ranges do not touch', () => {
  expect(compareRanges(scored(60, 55, 65), scored(75, 70, 80))).toBe('better');
  expect(compareRanges(scored(75, 70, 80), scored(60, 55, 65))).toBe('worse');
  expect(compareRanges(scored(60, 50, 70), scored(75, 70, 80))).toBe('overlap');
});

test('says nothing about an interview that could not be judged', () => {
  expect(compareRanges(scored(null), scored(75, 70, 80))).toBe('not-judged');
});
