import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentsFileSchema, type ExperimentsFile, type PromptExperiment } from './prompt-config.ts';
import { checkExperiments, experimentState, overlap, usableExperiments } from './prompt-experiments.ts';

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();
const one = (id: string, more: Partial<PromptExperiment> = {}): PromptExperiment => ({ id, prompt: 'a/b', about: 'why it is', arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }], from: day(1), until: null, ...more });
const file = (...experiments: PromptExperiment[]): ExperimentsFile => ({ version: 1, experiments });
const known = { hasPrompt: (id: string) => id !== 'a/gone', hasVersion: (_: string, version: string) => Number(version) <= 3 };
const usable = (own: ExperimentsFile | undefined, app: ExperimentsFile | undefined, now = day(1)) => usableExperiments({ own, app }, known, Date.parse(now));
const ids = (experiments: readonly PromptExperiment[]): string[] => experiments.map(({ id }) => id);

describe('an experiment in time', () => {
  it('takes sessions from its beginning on and before its end', () => {
    const states = (experiment: PromptExperiment): string[] => [1, 2, 3, 4].map((number) => experimentState(experiment, Date.parse(day(number))));
    expect(states(one('x', { from: day(2), until: day(4) }))).toEqual(['planned', 'running', 'running', 'ended']);
    expect(states(one('x', { from: day(2) }))).toEqual(['planned', 'running', 'running', 'running']);
    expect(states(one('stopped-before-it-began', { from: day(4), until: day(2) }))).toEqual(['ended', 'ended', 'ended', 'ended']);
  });
  it('overlaps another exactly when both run at some instant', () => {
    const span = fc.record({ from: fc.integer({ min: 1, max: 12 }), until: fc.option(fc.integer({ min: 1, max: 13 })) })
      .map(({ from, until }) => one('x', { from: day(from), until: until === null ? null : day(until) }));
    fc.assert(fc.property(span, span, (first, second) => {
      const both = Array.from({ length: 14 }, (_, number) => Date.parse(day(number))).some((now) => experimentState(first, now) === 'running' && experimentState(second, now) === 'running');
      expect([overlap(first, second), overlap(second, first)]).toEqual([both, both]);
      expect(overlap(first, { ...second, prompt: 'a/c' })).toBe(false);
    }));
  });
});

describe('one file of experiments', () => {
  it('is found fault with for weights, arms and ids, with their places', () => {
    const faults = checkExperiments(file(
      one('x', { arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.4 }] }),
      one('y', { arms: [{ version: '1', weight: 0.5 }, { version: '1', weight: 0.5 }] }),
      one('x'),
    ));
    expect(faults).toEqual([
      { path: ['experiments', 0, 'arms'], reason: 'the weights sum to 0.9, not to 1' },
      { path: ['experiments', 1, 'arms', 1, 'version'], reason: 'version 1 is an arm already' },
      { path: ['experiments', 2, 'id'], reason: 'the id "x" is taken already' },
    ]);
  });
  it('may have weights that only rounding keeps from 1', () => {
    expect(checkExperiments(file(one('x', { arms: ['1', '2', '3'].map((version) => ({ version, weight: 0.333_333_3 })) })))).toEqual([]);
  });
  it.each([[[0.5]], [[1, 0]], [[0.2, 0.2, 0.2, 0.2, 0.2]], [[1.5, -0.5]]])('cannot have arms with the weights %j', (weights) => {
    expect(experimentsFileSchema.safeParse(file(one('x', { arms: weights.map((weight, index) => ({ version: String(index + 1), weight })) }))).success).toBe(false);
  });
});

describe('experiments that can be run', () => {
  it('are those of both files, oldest first, the person’s for the app’s of the same id', () => {
    const { usable: found, leftOut } = usable(file(one('late', { from: day(9), prompt: 'a/c' }), one('shared', { until: day(3) })), file(one('shared'), one('next', { from: day(5) })));
    expect([ids(found), leftOut, found[0]?.until]).toEqual([['shared', 'next', 'late'], [], day(3)]);
  });
  it('name prompts and versions that are there; the others are left out, with their places', () => {
    const { usable: found, leftOut } = usable(file(one('fine'), one('lost', { prompt: 'a/gone' }), one('old', { prompt: 'a/c', arms: [{ version: '1', weight: 0.5 }, { version: '7', weight: 0.5 }] })), undefined);
    expect(ids(found)).toEqual(['fine']);
    expect(leftOut).toEqual([
      { from: 'own', path: ['experiments', 1, 'prompt'], reason: 'the experiment "lost" is left out: there is no prompt a/gone' },
      { from: 'own', path: ['experiments', 2, 'arms', 1, 'version'], reason: expect.stringContaining('there is no version 7 of a/c') },
    ]);
  });
  it('stay when they have ended and an arm was deleted since, so that what they came to can be seen', () => {
    const lost = one('lost', { until: day(3), arms: [{ version: '1', weight: 0.5 }, { version: '7', weight: 0.5 }] });
    expect([day(2), day(3)].map((now) => ids(usable(file(lost), undefined, now).usable))).toEqual([[], ['lost']]);
    expect(usable(file(lost), undefined, day(3)).leftOut).toEqual([]);
    expect(ids(usable(file({ ...lost, prompt: 'a/gone' }), undefined, day(3)).usable)).toEqual([]);
  });
  it('do not run beside each other on one prompt: the later entry is left out, and the app’s rather than the person’s', () => {
    const { usable: found, leftOut } = usable(file(one('first'), one('second', { from: day(4) }), one('elsewhere', { prompt: 'a/c' })), file(one('of-the-app', { from: day(2) })));
    expect(ids(found)).toEqual(['elsewhere', 'first']);
    expect(leftOut).toEqual([
      { from: 'own', path: ['experiments', 1, 'from'], reason: expect.stringMatching(/"second" is left out: "first" runs on a\/b at the same time/) },
      { from: 'app', path: ['experiments', 0, 'from'], reason: expect.stringContaining('"first"') },
    ]);
  });
  it('may follow each other on one prompt without a gap', () => {
    expect(ids(usable(file(one('first', { until: day(4) }), one('second', { from: day(4) })), undefined).usable)).toEqual(['first', 'second']);
  });
});
