import { expect, test } from 'vitest';
import { duration, timeLeft } from './duration-words.ts';

test('a duration is said in the unit a person would use', () => {
  expect(duration(85.4)).toBe('85 ms');
  expect(duration(1_440)).toBe('1.4 sec');
  expect(duration(720_000)).toBe('12 min');
});

test('what is left is never said as nothing, and not to the second when it is long', () => {
  expect(timeLeft(0)).toEqual({ unit: 'seconds', count: 1 });
  expect(timeLeft(7.2)).toEqual({ unit: 'seconds', count: 8 });
  expect(timeLeft(41)).toEqual({ unit: 'seconds', count: 45 });
  expect(timeLeft(58)).toEqual({ unit: 'minutes', count: 1 });
  expect(timeLeft(540)).toEqual({ unit: 'minutes', count: 9 });
  expect(timeLeft(3_590)).toEqual({ unit: 'hours', hours: 1, minutes: 0 });
  expect(timeLeft(9_000)).toEqual({ unit: 'hours', hours: 2, minutes: 30 });
});
