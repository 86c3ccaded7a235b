import { expect, test } from 'vitest';
import { nextMark } from './turn-marks.ts';

test('up and down keep to the same control, or to the last one of a turn that has fewer', () => {
  expect(nextMark([3, 3], { turn: 1, mark: 2 }, 'ArrowUp')).toEqual({ turn: 0, mark: 2 });
  expect(nextMark([3, 2], { turn: 0, mark: 2 }, 'ArrowDown')).toEqual({ turn: 1, mark: 1 });
});

test('left and right stay within the turn', () => {
  expect(nextMark([3, 3], { turn: 0, mark: 0 }, 'ArrowRight')).toEqual({ turn: 0, mark: 1 });
  expect(nextMark([3, 3], { turn: 0, mark: 2 }, 'ArrowRight')).toBeNull();
  expect(nextMark([3, 3], { turn: 1, mark: 0 }, 'ArrowLeft')).toBeNull();
});

test('nothing happens past the first and the last turn, nor on other keys', () => {
  expect(nextMark([3], { turn: 0, mark: 0 }, 'ArrowUp')).toBeNull();
  expect(nextMark([3], { turn: 0, mark: 0 }, 'ArrowDown')).toBeNull();
  expect(nextMark([3, 3], { turn: 0, mark: 0 }, 'Enter')).toBeNull();
});
