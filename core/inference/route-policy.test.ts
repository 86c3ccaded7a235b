import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigInMemory, connection } from '../../testing/scripted-models.ts';
import { chooseArm, heavierArm, orderRoutes, type Experiment } from './route-policy.ts';

const connections = [connection('a'), connection('b', { enabled: false }), connection('c'), connection('d', { kind: 'llama' }), connection('e')];
const place = (id: string): 'here' | 'away' => (id === 'c' || id === 'd' ? 'here' : 'away');
const laneOf = (change: object) => new ConfigInMemory([], change).lanes().lanes['interactive-deep'];
const ids = (change: object, more: Partial<Parameters<typeof orderRoutes>[0]> = {}): string[] =>
  orderRoutes({ lane: 'interactive-deep', laneConfig: laneOf(change), connections, place, ...more }).map(({ connection: { id }, model }) => `${id}:${model}`);

describe('the order of a lane', () => {
  it('is what is named, then what is enabled and not named, away before here', () => {
    expect(ids({ order: ['d', 'gone', 'b'] })).toEqual(['d:d-model', 'b:b-model', 'a:a-model', 'e:e-model', 'c:c-model']);
  });
  it('uses the lane’s own model of a provider', () => { expect(ids({ order: ['a'], models: { a: 'small' } })[0]).toBe('a:small'); });
  it('begins with the experiment’s arm, and keeps the provider’s other model in its place', () => {
    expect(ids({ order: ['a', 'd'] }, { arm: { provider: 'd', model: null, weight: 1 } }).slice(0, 2)).toEqual(['d:d-model', 'a:a-model']);
    expect(ids({ order: ['a', 'd'] }, { arm: { provider: 'd', model: 'large', weight: 1 } }).slice(0, 3)).toEqual(['d:large', 'a:a-model', 'd:d-model']);
    expect(ids({ order: ['a'] }, { arm: { provider: 'gone', model: null, weight: 1 } })[0]).toBe('a:a-model');
  });
  it('speaks of embedding models on the embedding lane', () => {
    expect(orderRoutes({ lane: 'embedding', laneConfig: laneOf({ order: ['a'] }), connections: [connection('a', { embeddingModel: 'vectors' })], place })[0]?.model).toBe('vectors');
  });
  it('names everybody once', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')), (order) => {
      const found = ids({ order });
      expect(new Set(found).size).toBe(found.length);
      expect(found.length).toBe(order.includes('b') ? 5 : 4);
      expect(found.slice(0, order.length).map((key) => key[0])).toEqual(order);
    }));
  });
});

describe('an experiment', () => {
  const experiment = (weight: number): Experiment => ({ name: 'sizes', arms: [{ provider: 'a', model: null, weight }, { provider: 'b', model: null, weight: 1 }] });
  const arm = (one: Experiment, sessionId: string): string | undefined => chooseArm(one, sessionId, () => { throw new Error('chance'); })?.provider;

  it('keeps the arm of a session whatever else happens', () => {
    fc.assert(fc.property(fc.string(), fc.double({ min: 0.01, max: 100, noNaN: true }), (sessionId, weight) => { expect(arm(experiment(weight), sessionId)).toBe(arm(experiment(weight), sessionId)); }));
  });

  it('splits sessions by the weights, within what chance allows', () => {
    fc.assert(fc.property(fc.constantFrom(0.25, 1, 3, 9), fc.stringMatching(/^[a-z-]{0,12}$/), (weight, prefix) => {
      const sessions = 4_000;
      const chosen = Array.from({ length: sessions }, (_, index) => arm(experiment(weight), `${prefix}${index}`)).filter((provider) => provider === 'a').length;
      const share = weight / (weight + 1);
      // Five standard deviations of the binomial distribution.
      expect(Math.abs(chosen - sessions * share)).toBeLessThan(5 * Math.sqrt(sessions * share * (1 - share)));
    }), { numRuns: 40 });
  });

  it('splits two experiments independently of each other', () => {
    const other = { ...experiment(1), name: 'voices' };
    const same = Array.from({ length: 2_000 }, (_, index) => arm(experiment(1), `s${index}`) === arm(other, `s${index}`)).filter(Boolean).length;
    expect(Math.abs(same - 1_000)).toBeLessThan(5 * Math.sqrt(500));
  });

  it('draws without a session', () => {
    expect([0, 0.49, 0.51, 0.999].map((drawn) => chooseArm(experiment(1), undefined, () => drawn)?.provider)).toEqual(['a', 'a', 'b', 'b']);
    expect(heavierArm(experiment(0.5))?.provider).toBe('b');
  });
});
