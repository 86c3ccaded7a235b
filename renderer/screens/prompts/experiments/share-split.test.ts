import { expect, test } from 'vitest';
import fc from 'fast-check';
import { parseShare, splitEvenly, sumShares, weightsOf } from './share-split.ts';

test('an even split is made of whole percents that sum to 100 and differ by one at most', () => {
  expect([2, 3, 4].map(splitEvenly)).toEqual([['50', '50'], ['34', '33', '33'], ['25', '25', '25', '25']]);
  for (const count of [2, 3, 4]) expect(sumShares(splitEvenly(count))).toEqual({ together: 100, missing: 0, whole: true });
});

test('thirds with a decimal sum to exactly 100', () => {
  expect(sumShares(['33.3', '33,3', '33.4']).whole).toBe(true);
  expect(weightsOf(['33.3', '33,3', '33.4'])).toEqual([0.333, 0.333, 0.334]);
});

test('says how many percents are missing, or too many', () => {
  expect(sumShares(['50', '40'])).toEqual({ together: 90, missing: 10, whole: false });
  expect(sumShares(['50', '60.5'])).toEqual({ together: 110.5, missing: -10.5, whole: false });
});

test('takes nothing for a share that is none: words, nothing, all, a negative one, more decimals than it can keep', () => {
  expect(['', 'half', '0', '0.0', '100', '-5', '12.34', '1e1', '٣'].map(parseShare)).toEqual(Array.from({ length: 9 }, () => null));
  expect([' 20 ', '20 %', '0.1', '99.9'].map(parseShare)).toEqual([200, 200, 1, 999]);
});

test('shares that sum to 100 only without the unreadable one are not whole', () => {
  expect(sumShares(['50', '50', 'x']).whole).toBe(false);
  expect(weightsOf(['50', '50', ''])).toBeNull();
});

test('weights sum to 1 as closely as the engine asks, for any tenths that sum to 100', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 997 }), fc.integer({ min: 1, max: 997 }), (a, b) => {
    fc.pre(a + b < 1000);
    const weights = weightsOf([a, b, 1000 - a - b].map((tenths) => String(tenths / 10)));
    expect(Math.abs((weights ?? []).reduce((sum, each) => sum + each, 0) - 1)).toBeLessThan(1e-9);
  }));
});
