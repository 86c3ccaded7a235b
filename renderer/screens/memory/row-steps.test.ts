import { expect, test } from 'vitest';
import { stepTo } from './row-steps.ts';

test('keys go through the rows and stop at the first and the last', () => {
  expect(stepTo('ArrowDown', 0, 3)).toBe(1);
  expect(stepTo('ArrowDown', 2, 3)).toBe(2);
  expect(stepTo('ArrowUp', 0, 3)).toBe(0);
  expect(stepTo('PageDown', 0, 10_000)).toBe(8);
  expect(stepTo('End', 4, 10_000)).toBe(9_999);
  expect(stepTo('Home', 4, 10_000)).toBe(0);
});

test('other keys, and a list without rows, lead nowhere', () => {
  expect(stepTo('Enter', 0, 3)).toBeNull();
  expect(stepTo('ArrowDown', 0, 0)).toBeNull();
});
