import { expect, test } from 'vitest';
import { placeHeatDays } from './heat-days.ts';

const friday = new Date(2026, 10, 20, 15, 0);
const minutes = Array.from({ length: 84 }, (_, index) => (index === 83 ? 25 : 0));

test('today is the last day, on the row of its weekday', () => {
  const last = placeHeatDays(minutes, friday).at(-1);
  expect(last).toMatchObject({ today: true, row: 5, minutes: 25, level: 3 });
  expect(last?.date.getDate()).toBe(20);
});

test('a new column begins on each Monday and none is skipped', () => {
  const days = placeHeatDays(minutes, friday);
  for (const [index, day] of days.entries()) {
    const before = days[index - 1];
    if (before) expect(day.column - before.column).toBe(day.row === 1 ? 1 : 0);
  }
});

test('the days are consecutive across the change to winter time', () => {
  const days = placeHeatDays(minutes, friday);
  expect(new Set(days.map((day) => day.date.toDateString())).size).toBe(84);
});
