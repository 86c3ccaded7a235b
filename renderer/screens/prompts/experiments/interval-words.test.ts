import { expect, test } from 'vitest';
import fc from 'fast-check';
import { readDifference } from './interval-words.ts';

test('an interval over zero says how far it reaches to either side, and that nothing can be seen', () => {
  expect(readDifference({ measure: 'stood', low: -0.03, high: 0.12 })).toMatchObject({ kind: 'open', less: 3, more: 12, unit: 'share' });
});

test('an interval on one side of zero tells the nearer end first', () => {
  expect(readDifference({ measure: 'stood', low: 0.04, high: 0.2 })).toMatchObject({ kind: 'apart', direction: 'more', from: 4, to: 20 });
  expect(readDifference({ measure: 'score', low: -0.2, high: -0.04 })).toMatchObject({ kind: 'apart', direction: 'less', from: 4, to: 20 });
});

test('an end that is written as zero counts as zero, so that rounding never makes a difference', () => {
  expect(readDifference({ measure: 'stood', low: 0.004, high: 0.2 })).toMatchObject({ kind: 'open', less: 0, more: 20 });
  expect(readDifference({ measure: 'stood', low: -0.2, high: -0.004 })).toMatchObject({ kind: 'open', less: 20, more: 0 });
});

test('nothing is claimed without an interval', () => {
  expect(readDifference(undefined)).toEqual({ kind: 'too-little' });
});

test('times of a second or more are told in seconds, both ends alike', () => {
  expect(readDifference({ measure: 'first-word-ms', low: -80, high: 1240 })).toMatchObject({ kind: 'open', less: 0.1, more: 1.2, writing: { seconds: true } });
  expect(readDifference({ measure: 'first-word-ms', low: 80, high: 240 })).toMatchObject({ kind: 'apart', from: 80, to: 240, writing: { seconds: false } });
});

test('a difference is only ever claimed when the interval itself leaves zero out', () => {
  fc.assert(fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (low, width) => {
    const said = readDifference({ measure: 'thumbs-up', low, high: low + width });
    if (said.kind === 'apart') expect(said.direction === 'more' ? low > 0 : low + width < 0).toBe(true);
    if (low <= 0 && low + width >= 0) expect(said.kind).toBe('open');
  }));
});
