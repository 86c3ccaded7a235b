import type { Overview } from '../../../core/contract/interview.ts';

export type TrendPoint = Overview['trend'][number];
export interface Plot { left: number; right: number; top: number; bottom: number }
export interface Drawn { x: number; y: number; yLow: number; yHigh: number; point: TrendPoint; labelled: boolean }

/** Narrowest room for a date under the axis, in px. */
const LABEL_WIDTH = 56;
const GRID_STEP = 20;

/** Where the grid lines are, from a multiple of 20 below everything drawn up to 100. */
export function trendGrid(trend: readonly TrendPoint[]): number[] {
  const lowest = Math.min(80, ...trend.map((point) => point.low));
  const from = Math.max(0, Math.floor(lowest / GRID_STEP) * GRID_STEP);
  return Array.from({ length: (100 - from) / GRID_STEP + 1 }, (_, index) => from + index * GRID_STEP);
}

/** Places each score in the plot (px, origin top left), evenly spaced; dates that would touch are left out, never the last. */
export function placeTrend(trend: readonly TrendPoint[], plot: Plot): Drawn[] {
  const grid = trendGrid(trend);
  const from = grid[0] ?? 0;
  const y = (score: number): number => plot.bottom - ((score - from) / (100 - from)) * (plot.bottom - plot.top);
  const inset = LABEL_WIDTH / 2;
  const width = plot.right - plot.left - 2 * inset;
  const gap = trend.length > 1 ? width / (trend.length - 1) : 0;
  const every = gap > 0 ? Math.ceil(LABEL_WIDTH / gap) : 1;
  return trend.map((point, index) => ({
    x: trend.length > 1 ? plot.left + inset + index * gap : (plot.left + plot.right) / 2,
    y: y(point.score), yLow: y(point.low), yHigh: y(point.high), point,
    labelled: (trend.length - 1 - index) % every === 0,
  }));
}

/** The outline of the likely range: along the highs and back along the lows. */
export function bandPath(drawn: readonly Drawn[]): string {
  const there = drawn.map(({ x, yHigh }) => `${x} ${yHigh}`);
  const back = drawn.toReversed().map(({ x, yLow }) => `${x} ${yLow}`);
  return `M${[...there, ...back].join('L')}z`;
}
