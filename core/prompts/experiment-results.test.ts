import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentResultsSchema, MEASURES, type ExperimentResults, type ExperimentView } from '../contract/prompts.ts';
import { experimentResults } from './experiment-results.ts';
import { newcombe, student, welch, wilson } from './intervals.ts';
import type { ExperimentUse } from './prompt-repository.ts';

const EXPERIMENT: ExperimentView = {
  experimentId: 'follow-up-2026-11-21', promptId: 'interview/follow-up', about: 'Shorter words', state: 'running', from: '2026-11-21T00:00:00.000Z', until: null,
  arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }],
};
const ONE = 'aaaaaaaaaaaa';
const TWO = 'bbbbbbbbbbbb';
const HASHES = new Map([['1', ONE], ['2', TWO]]);
const use = (sessionId: string, version: string, more: Partial<ExperimentUse> = {}): ExperimentUse => ({
  sessionId, version, hash: HASHES.get(version) ?? ONE, outcome: 'stood', rating: null, score: null, askedAgain: 0, firstWordMs: null, durationMs: null, inputTokens: null, outputTokens: null, ...more,
});
const results = (uses: ExperimentUse[], assigned: { version: string; hash: string; sessions: number }[] = [], experiment = EXPERIMENT, hashes = HASHES) => experimentResults({ experiment, uses, assigned, hashes });
const found = ({ arms }: ExperimentResults, measure: string, arm = 0) => arms[arm]?.estimates.find((one) => one.measure === measure);

describe('what an experiment came to', () => {
  it('counts each session once, however often it used the prompt', () => {
    const shown = results([use('a', '1', { score: 1 }), use('a', '1', { score: 0.5 }), use('a', '1', { score: 0 }), use('b', '1', { score: 1 })]);
    expect(found(shown, 'score')).toEqual({ measure: 'score', count: 4, sessions: 2, value: 0.75, low: 0, high: 1 });
  });

  it('takes a share from uses that say something about it', () => {
    const shown = results([
      use('a', '1', { outcome: 'stood', rating: 'up' }), use('a', '1', { outcome: 'refused' }), use('a', '1', { outcome: 'interrupted' }),
      use('b', '1', { outcome: 'unanswered' }), use('b', '1', { outcome: 'stood', rating: 'down', askedAgain: 2 }), use('c', '1', { outcome: 'interrupted' }),
    ]);
    expect(found(shown, 'stood')).toEqual({ measure: 'stood', count: 4, sessions: 2, ...wilson({ share: 0.5, count: 2 }) });
    expect(found(shown, 'thumbs-up')).toEqual({ measure: 'thumbs-up', count: 2, sessions: 2, ...wilson({ share: 0.5, count: 2 }) });
    expect(found(shown, 'asked-again')).toEqual({ measure: 'asked-again', count: 2, sessions: 2, ...wilson({ share: 0.5, count: 2 }) });
  });

  it('takes times and tokens from uses that have them, never below nothing', () => {
    const shown = results([use('a', '1', { firstWordMs: 10 }), use('a', '1'), use('b', '1', { firstWordMs: 900, inputTokens: 70 }), use('c', '1', { firstWordMs: 20, inputTokens: 70 })]);
    expect(student([10, 900, 20])?.low).toBeLessThan(0);
    expect(found(shown, 'first-word-ms')).toMatchObject({ count: 3, sessions: 3, value: 310, low: 0, high: student([10, 900, 20])?.high });
    expect(found(shown, 'input-tokens')).toMatchObject({ count: 2, sessions: 2, value: 70, low: null, high: null });
    expect(found(shown, 'duration-ms')).toEqual({ measure: 'duration-ms', count: 0, sessions: 0, value: null, low: null, high: null });
  });

  it('says what the second arm has over the first, and nothing where there is too little', () => {
    const shown = results([
      use('a', '1', { durationMs: 1000, outputTokens: 30 }), use('b', '1', { durationMs: 1400, outcome: 'refused' }), use('c', '1', { durationMs: 1100 }),
      use('d', '2', { durationMs: 700, outputTokens: 20 }), use('e', '2', { durationMs: 820 }),
    ]);
    expect(shown.differences).toEqual([
      { measure: 'stood', version: '2', against: '1', ...newcombe({ share: 1, count: 2 }, { share: 2 / 3, count: 3 }) },
      { measure: 'asked-again', version: '2', against: '1', ...newcombe({ share: 0, count: 2 }, { share: 0, count: 2 }) },
      { measure: 'duration-ms', version: '2', against: '1', ...welch([700, 820], [1000, 1400, 1100]) },
    ]);
    expect(shown.differences[2]?.value).toBeLessThan(0);
  });

  it('compares every further arm with the first', () => {
    const arms = [{ version: '3', weight: 0.2 }, { version: '1', weight: 0.4 }, { version: '2', weight: 0.4 }];
    const shown = results([use('a', '1'), use('b', '2'), use('c', '3')], [], { ...EXPERIMENT, arms });
    expect(shown.arms.map(({ version, weight }) => [version, weight])).toEqual([['3', 0.2], ['1', 0.4], ['2', 0.4]]);
    expect(new Set(shown.differences.map(({ version, against }) => `${version}-${against}`))).toEqual(new Set(['1-3', '2-3']));
  });

  it('shows an arm that was edited once for each of its words, and compares it as a whole', () => {
    const OLD = '000000000000';
    const shown = results([use('a', '1'), use('b', '2', { hash: OLD, outcome: 'refused' }), use('c', '2')], [{ version: '2', hash: OLD, sessions: 9 }, { version: '2', hash: TWO, sessions: 2 }]);
    expect(shown.arms.map(({ version, hash, current, assigned, uses }) => [version, hash, current, assigned, uses])).toEqual([['1', ONE, true, 0, 1], ['2', TWO, true, 2, 1], ['2', OLD, false, 9, 1]]);
    expect(shown.differences[0]).toMatchObject({ measure: 'stood', value: -0.5 });
  });

  it('shows an arm nobody was given, and what came of one that was taken out since', () => {
    expect(results([]).arms.map(({ version, hash, assigned, uses }) => [version, hash, assigned, uses])).toEqual([['1', ONE, 0, 0], ['2', TWO, 0, 0]]);
    expect(results([]).differences).toEqual([]);
    const since = results([use('a', '7', { hash: 'cccccccccccc' })], [{ version: '7', hash: 'cccccccccccc', sessions: 4 }]);
    expect(since.arms[2]).toMatchObject({ version: '7', hash: 'cccccccccccc', weight: 0, assigned: 4, uses: 1 });
  });

  it('is what the contract says, whatever was recorded', () => {
    const row = fc.record<ExperimentUse>({
      sessionId: fc.constantFrom('a', 'b', 'c', 'd', 'e'), version: fc.constantFrom('1', '2'), hash: fc.constantFrom(ONE, TWO), outcome: fc.constantFrom('stood', 'refused', 'unanswered', 'interrupted'),
      rating: fc.constantFrom('up', 'down', null), score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), askedAgain: fc.nat(3),
      firstWordMs: fc.option(fc.nat(60_000)), durationMs: fc.option(fc.nat(60_000)), inputTokens: fc.option(fc.nat(9000)), outputTokens: fc.option(fc.nat(900)),
    });
    fc.assert(fc.property(fc.array(row, { maxLength: 60 }), (uses) => {
      const shown = experimentResultsSchema.parse(results(uses));
      expect(shown.arms.reduce((sum, arm) => sum + arm.uses, 0)).toBe(uses.length);
      for (const { estimates } of shown.arms) {
        expect(estimates.map(({ measure }) => measure)).toEqual([...MEASURES]);
        for (const { value, low, high, sessions } of estimates) {
          expect(value === null).toBe(sessions === 0);
          if (value !== null && low !== null && high !== null) expect(low >= 0 && low <= value && value <= high).toBe(true);
        }
      }
      for (const { value, low, high } of shown.differences) expect(low <= value && value <= high).toBe(true);
    }));
  });
});
