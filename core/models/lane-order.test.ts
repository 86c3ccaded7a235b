import { describe, expect, it } from 'vitest';
import { LANES } from '../contract/models.ts';
import type { LaneConfig, LanesFile } from '../inference/models-config.ts';
import { whyNotOrder, withNewProvider, withoutProvider } from './lane-order.ts';

const lane = (order: string[], more: Partial<LaneConfig> = {}): LaneConfig => ({ about: '', order, models: {}, priority: 'interactive', concurrency: 1, contextTokens: 512, maxOutputTokens: 16, firstTokenTimeoutMs: 100, localFirstTokenTimeoutMs: null, idleTimeoutMs: 100, timeoutMs: 100, cache: false, tokenLimit: null, costLimitMicroUsd: null, experiment: null, ...more });
const lanes = (config: LaneConfig): LanesFile['lanes'] => Object.fromEntries(LANES.map((name) => [name, config])) as LanesFile['lanes'];
const placeOf = (id: string): 'here' | 'away' => (id.startsWith('h') ? 'here' : 'away');

describe('the order of a lane', () => {
  it.each([
    [['a1', 'h1'], 'new', 'away', ['new', 'a1', 'h1']],
    [['a1', 'h1'], 'new', 'here', ['a1', 'new', 'h1']],
    [['h1', 'a1'], 'new', 'away', ['h1', 'new', 'a1']],
    [['h1'], 'new', 'away', ['new', 'h1']],
    [['a1'], 'new', 'here', ['a1', 'new']],
    [[], 'new', 'here', ['new']],
    [['a1', 'new', 'h1'], 'new', 'away', ['new', 'a1', 'h1']],
  ] as const)('%j takes %s (%s) as %j', (before, id, place, after) => {
    const changed = withNewProvider(lanes(lane([...before])), id, place, placeOf);
    expect(changed['interactive-deep'].order).toEqual(after);
    expect(changed.embedding.order).toEqual(before);
  });

  it('loses every trace of a removed provider, and an experiment with it', () => {
    const experiment = { name: 'x', arms: [{ provider: 'a', model: null, weight: 1 }, { provider: 'b', model: null, weight: 1 }] };
    const config = lane(['a', 'b', 'c'], { models: { a: 'm', b: 'n' }, experiment });
    expect(withoutProvider(lanes(config), 'b').background).toEqual(lane(['a', 'c'], { models: { a: 'm' } }));
    expect(withoutProvider(lanes(config), 'c').background.experiment).toEqual(experiment);
  });

  it('may leave providers out, but names nobody twice and no stranger', () => {
    expect([whyNotOrder(['b'], ['a', 'b']), whyNotOrder([], [])]).toEqual([null, null]);
    expect(whyNotOrder(['a', 'x'], ['a'])).toMatch(/"x"/);
    expect(whyNotOrder(['a', 'a'], ['a'])).toMatch(/twice/);
  });
});
