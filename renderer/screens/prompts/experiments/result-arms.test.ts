import { expect, test } from 'vitest';
import type { Estimate } from '../../../../core/contract/prompts.ts';
import { arrangeResults, type Arm } from './result-arms.ts';

const estimate = (measure: Estimate['measure'], value: number | null): Estimate => ({ measure, count: value === null ? 0 : 9, sessions: value === null ? 0 : 3, value, low: null, high: null });
const arm = (version: string, hash: string, uses: number, ...estimates: Estimate[]): Arm => ({ version, hash, current: true, weight: 0.5, assigned: 3, uses, estimates });

test('a measure is shown as soon as one version has a value, with a row for every version', () => {
  const shown = arrangeResults({ arms: [arm('1', 'a', 4, estimate('stood', 0.5)), arm('2', 'b', 0)] });
  expect(shown.counted.map(({ measure, rows }) => [measure, rows.map((row) => row.estimate.value)])).toEqual([['stood', [0.5, null]]]);
  expect(shown.notCounted).not.toContain('stood');
  expect(shown.notCounted).toHaveLength(7);
});

test('an arm with several words is told once as edited, and its words stay apart', () => {
  const shown = arrangeResults({ arms: [arm('1', 'a', 1, estimate('score', 0.6)), arm('2', 'b', 1, estimate('score', 0.7)), arm('2', 'c', 1, estimate('score', 0.8))] });
  expect(shown.edited).toEqual(['2']);
  expect(shown.counted[0]?.rows.map((row) => [row.arm.hash, row.estimate.value])).toEqual([['a', 0.6], ['b', 0.7], ['c', 0.8]]);
});

test('an experiment without a use has nothing to show', () => {
  expect(arrangeResults({ arms: [arm('1', 'a', 0), arm('2', 'b', 0)] })).toMatchObject({ uses: 0, edited: [], counted: [] });
});
