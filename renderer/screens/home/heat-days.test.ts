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
  const steps = days.slice(1).map((day, index) => ({ monday: day.row === 1, columns: day.column - (days[index]?.column ?? 0) }));
  expect(steps).toHaveLength(83);
  expect(steps.every(({ monday, columns }) => columns === (monday ? 1 : 0))).toBe(true);
});

test('the days are consecutive across the change to winter time', () => {
  const days = placeHeatDays(minutes, friday);
  expect(new Set(days.map((day) => day.date.toDateString())).size).toBe(84);
});
