import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import type { Estimate } from '../../../../core/contract/prompts.ts';
import { startStrings } from '../../../app/strings.ts';
import words from '../../../strings/prompts.en.json';
import type { Difference } from './interval-words.ts';
import { axisEnd, differenceWords, rangeWords, valueWords, writingOf } from './measure-figures.ts';

beforeAll(async () => { await startStrings(); await import('../prompt-strings.ts'); });
const t = i18next.getFixedT('en', 'prompts');
const said = (measure: Difference['measure'], low: number, high: number): string => differenceWords(t, { measure, version: '2', against: '1', value: (low + high) / 2, low, high });
const estimate = (measure: Estimate['measure'], value: number | null, low: number | null, high: number | null): Estimate => ({ measure, count: 9, sessions: 3, value, low, high });

test('a difference is told by its interval, in the unit of its measure', () => {
  expect(said('stood', -0.03, 0.12)).toBe('no difference can be seen yet, between 3 points less and 12 points more.');
  expect(said('stood', -0.01, 0.01)).toBe('no difference can be seen yet, between 1 point less and 1 point more.');
  expect(said('thumbs-up', 0.04, 0.2)).toBe('between 4 and 20 points more.');
  expect(said('duration-ms', -1230, -400)).toBe('between 0.4 and 1.2 s less.');
  expect(said('output-tokens', -17.2, -14.6)).toBe('between 15 and 17 fewer.');
  expect(differenceWords(t, undefined)).toBe('too little yet for an interval.');
});

test('all versions of a measure are written alike, so that they can be compared', () => {
  const both = [estimate('first-word-ms', 640, 380, 900), estimate('first-word-ms', 1480, 900, 2060)];
  const writing = writingOf('first-word-ms', both);
  expect(both.map((each) => valueWords(t, each, writing))).toEqual(['0.6 s', '1.5 s']);
  expect(both.map((each) => rangeWords(t, each, writing))).toEqual([{ low: '0.4', high: '0.9 s' }, { low: '0.9', high: '2.1 s' }]);
});

test('an interval never claims what cannot be, and is missing where there is none', () => {
  const score = estimate('score', 0.9, 0.6, 1.2);
  expect(rangeWords(t, score, writingOf('score', [score]))).toEqual({ low: '60', high: '100' });
  expect(rangeWords(t, estimate('score', 0.9, null, null), writingOf('score', [score]))).toBeNull();
  expect(valueWords(t, estimate('score', null, null, null), writingOf('score', [score]))).toBeNull();
});

test('the axis ends at a round number without needless decimals', () => {
  expect([axisEnd(t, 'stood', 100), axisEnd(t, 'score', 100), axisEnd(t, 'first-word-ms', 800), axisEnd(t, 'duration-ms', 4000), axisEnd(t, 'duration-ms', 1500), axisEnd(t, 'input-tokens', 1500)]).toEqual(['100 %', '100', '800 ms', '4 s', '1.5 s', '1,500']);
});

test('nothing on the screen names a winner', () => {
  expect(JSON.stringify(words.experiments)).not.toMatch(/winn|loser|significant/i);
});
