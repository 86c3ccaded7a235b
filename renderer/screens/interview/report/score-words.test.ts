import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import interview from '../../../strings/interview.en.json';
import { rangeWords, scoreWords, spokenScore } from './score-words.ts';

beforeAll(async () => { await i18next.init({ lng: 'en', resources: { en: { interview } } }); });

test('writes a score with its likely range', () => {
  expect(scoreWords({ score: 74, low: 69, high: 79 })).toBe('74 (69 to 79)');
  expect(spokenScore({ score: 74, low: 69, high: 79 })).toBe('Score 74 of 100, likely between 69 and 79');
});

test('shows no range of no width, which would claim certainty', () => {
  expect(rangeWords({ low: 93, high: 93 })).toBeNull();
  expect(scoreWords({ score: 93, low: 93, high: 93 })).toBe('93');
});

test('says in words that there was not enough to judge, never a number', () => {
  expect(scoreWords({ score: null, low: null, high: null })).toBe('not enough to judge');
});
