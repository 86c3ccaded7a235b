import { expect, test } from 'vitest';
import { bandPath, placeTrend, trendGrid, type TrendPoint } from './trend-geometry.ts';

const points = (...scores: number[]): TrendPoint[] => scores.map((score, index) => ({ sessionId: `s${index}`, at: '2026-11-20T10:00:00.000Z', score, low: Math.max(0, score - 6), high: Math.min(100, score + 6) }));
const plot = { left: 30, right: 630, top: 10, bottom: 130 };

test('the grid begins below the lowest likely range, so that nothing is drawn outside it', () => {
  expect(trendGrid(points(58, 74))).toEqual([40, 60, 80, 100]);
  expect(trendGrid(points(3))[0]).toBe(0);
  expect(trendGrid(points(95))).toEqual([80, 100]);
});

test('a higher score is drawn higher, and its range around it', () => {
  const [low, high] = placeTrend(points(50, 90), plot);
  expect(high?.y).toBeLessThan(low?.y ?? 0);
  expect(low?.yHigh).toBeLessThan(low?.y ?? 0);
  expect(low?.yLow).toBeGreaterThan(low?.y ?? 0);
});

test('a single score stands in the middle', () => {
  expect(placeTrend(points(70), plot)[0]?.x).toBe(330);
});

test('dates never touch, and the last one is always there', () => {
  const drawn = placeTrend(points(...Array.from({ length: 30 }, (_, index) => 50 + index)), plot);
  const labelled = drawn.filter((one) => one.labelled).map((one) => one.x);
  expect(drawn.at(-1)?.labelled).toBe(true);
  const gaps = labelled.slice(1).map((x, index) => x - (labelled[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(56);
});

test('the band is one closed outline with two corners a point', () => {
  expect(bandPath(placeTrend(points(50, 60, 70), plot)).match(/[ML]/g)).toHaveLength(6);
});
