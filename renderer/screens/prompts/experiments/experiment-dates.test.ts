import { expect, test } from 'vitest';
import { dayOf, endOfDay } from './experiment-dates.ts';

test('an experiment runs to the end of its last day in the calendar of the person', () => {
  const now = new Date(2026, 10, 21, 14, 30);
  expect(endOfDay('2026-11-21', now)).toBe(new Date(2026, 10, 22).toISOString());
  expect(endOfDay('2026-12-31', now)).toBe(new Date(2027, 0, 1).toISOString());
});

test('a day that is over, and what is no day, is no last day', () => {
  const now = new Date(2026, 10, 21, 0, 0);
  expect([endOfDay('2026-11-20', now), endOfDay('', now), endOfDay('tomorrow', now)]).toEqual([undefined, undefined, undefined]);
});

test('today is written as a date field has it, also in months and days of one digit', () => {
  expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
});
