import { expect, test } from 'vitest';
import { dropIndex, moveItem } from './reorder.ts';

test('an item moves and the others keep their order', () => {
  expect(moveItem(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd']);
  expect(moveItem(['a', 'b', 'c', 'd'], 3, 1)).toEqual(['a', 'd', 'b', 'c']);
});

test('nothing moves past the ends', () => {
  expect(moveItem(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
  expect(moveItem(['a', 'b'], 0, 9)).toEqual(['b', 'a']);
  expect(moveItem(['a', 'b'], 7, 0)).toEqual(['a', 'b']);
});

test('a dragged item changes place once it is half over its neighbour', () => {
  const heights = [40, 60, 40];
  expect(dropIndex(heights, 0, 29)).toBe(0);
  expect(dropIndex(heights, 0, 30)).toBe(1);
  expect(dropIndex(heights, 0, 79)).toBe(1);
  expect(dropIndex(heights, 0, 80)).toBe(2);
  expect(dropIndex(heights, 2, -31)).toBe(1);
  expect(dropIndex(heights, 2, -400)).toBe(0);
  expect(dropIndex(heights, 1, 400)).toBe(2);
});
