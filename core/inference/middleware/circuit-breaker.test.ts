import { describe, expect, it } from 'vitest';
import { ScriptedModel } from '../../../testing/scripted-models.ts';
import { SettableClock } from '../../sources.ts';
import { InferenceError, type InferenceFault } from '../inference-error.ts';
import type { StreamPart } from '../language-model.ts';
import { CircuitBreaker, withCircuitBreaker } from './circuit-breaker.ts';

const START = '2026-11-20T09:00:00.000Z';
const setUp = () => {
  const clock = new SettableClock(START);
  let changes = 0;
  const breaker = new CircuitBreaker(clock, () => { changes++; });
  const fail = (fault: InferenceFault, times = 1, retryAfterMs?: number): void => { for (let i = 0; i < times; i++) breaker.admit()?.fail(new InferenceError(fault, { retryAfterMs })); };
  const succeed = (times = 1): void => { for (let i = 0; i < times; i++) breaker.admit()?.succeed(); };
  return { clock, breaker, fail, succeed, changes: () => changes };
};

describe('the circuit breaker', () => {
  it('opens after five failures in a row, and not after four and a success', () => {
    const { breaker, fail, succeed } = setUp();
    fail('server-error', 4); succeed(); fail('server-error', 4);
    expect(breaker.view().state).toBe('closed');
    fail('server-error');
    expect(breaker.view()).toMatchObject({ state: 'open', retryAt: '2026-11-20T09:00:30.000Z', lastError: { code: 'server-error', at: START } });
    expect(breaker.admit()).toBeUndefined();
  });

  it('opens at half of ten calls within a minute, and forgets calls older than that', () => {
    const { breaker, fail, succeed, clock } = setUp();
    const alternate = (times: number): void => { for (let i = 0; i < times; i++) { succeed(); fail('timeout'); } };
    alternate(4);
    clock.advance(61_000);
    alternate(4);
    expect(breaker.view()).toMatchObject({ state: 'closed', calls: 8, failures: 4 });
    alternate(1);
    expect(breaker.view().state).toBe('open');
  });

  it('stays closed below half', () => {
    const { breaker, fail, succeed } = setUp();
    for (let i = 0; i < 20; i++) { succeed(2); fail('overloaded'); }
    expect(breaker.view()).toMatchObject({ state: 'closed', calls: 60, failures: 20 });
  });

  it('lets exactly one probe through after the rest, closes when it answers and rests again when it fails', () => {
    const { breaker, fail, clock } = setUp();
    fail('unreachable', 5);
    clock.advance(29_999);
    expect(breaker.available).toBe(false);
    clock.advance(1);
    const probe = breaker.admit();
    expect([probe !== undefined, breaker.admit(), breaker.view().state]).toEqual([true, undefined, 'half-open']);
    probe?.fail(new InferenceError('timeout'));
    expect(breaker.view()).toMatchObject({ state: 'open', retryAt: '2026-11-20T09:01:00.000Z' });
    clock.advance(30_000);
    breaker.admit()?.succeed();
    expect(breaker.view()).toMatchObject({ state: 'closed', lastError: null });
    fail('timeout', 4);
    expect(breaker.view().state).toBe('closed');
  });

  it('gives the probe back when it came to no verdict', () => {
    const { breaker, fail, clock } = setUp();
    fail('server-error', 5);
    clock.advance(30_000);
    breaker.admit()?.release();
    breaker.admit()?.fail(new InferenceError('aborted'));
    expect(breaker.available).toBe(true);
  });

  it('rests as long as the provider asks, from the first time it does, but never longer than ten minutes', () => {
    const one = setUp();
    one.fail('rate-limited', 1, 7_000);
    expect(one.breaker.view()).toMatchObject({ state: 'open', retryAt: '2026-11-20T09:00:07.000Z' });
    const other = setUp();
    other.fail('overloaded', 1, 86_400_000);
    expect(other.breaker.view().retryAt).toBe('2026-11-20T09:10:00.000Z');
  });

  it.each(['unauthorised', 'forbidden', 'not-found'] as const)('opens at once for %s', (fault) => {
    const { breaker, fail } = setUp();
    fail(fault);
    expect(breaker.view().state).toBe('open');
  });

  it.each(['aborted', 'context-overflow', 'bad-request', 'schema', 'filtered', 'over-budget', 'offline-locked', 'limited', 'not-ready'] as const)('does not count %s against the provider', (fault) => {
    const { breaker, fail } = setUp();
    fail(fault, 30);
    expect(breaker.view()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('ignores late results of calls from before it opened', () => {
    const { breaker, fail, clock } = setUp();
    const late = breaker.admit();
    fail('server-error', 5);
    clock.advance(30_000);
    breaker.admit();
    late?.fail(new InferenceError('server-error'));
    expect(breaker.view().state).toBe('half-open');
  });

  it('lets the next call through after a reset, and tells of every change', () => {
    const { breaker, fail, changes } = setUp();
    fail('unauthorised');
    breaker.reset();
    expect([breaker.available, breaker.view().lastError, changes()]).toEqual([true, null, 2]);
  });

  it('does not rest longer because the clock was put back', () => {
    const { breaker, fail, clock } = setUp();
    fail('server-error', 5);
    clock.advance(-3_600_000);
    expect(breaker.available).toBe(false);
    clock.advance(30_000);
    expect(breaker.available).toBe(true);
  });
});

describe('the middleware', () => {
  const parts = async (stream: AsyncIterable<StreamPart>): Promise<string[]> => { const found: string[] = []; for await (const part of stream) found.push(part.type === 'error' ? part.error.fault : part.type); return found; };
  const request = { messages: [], maxOutputTokens: 16 };
  const options = { signal: new AbortController().signal, reason: 'test', priority: 'interactive' } as const;

  it('asks the model no more once it is open', async () => {
    const { breaker } = setUp();
    const model = new ScriptedModel('a', [{ fault: 'server-error' }]);
    const guarded = withCircuitBreaker(breaker)(model);
    for (let i = 0; i < 5; i++) expect(await parts(guarded.stream(request, options))).toEqual(['server-error']);
    expect(await parts(guarded.stream(request, options))).toEqual(['breaker-open']);
    expect(model.calls).toBe(5);
  });

  it('frees the probe of a reader who walked away', async () => {
    const { breaker, fail, clock } = setUp();
    fail('server-error', 5);
    clock.advance(30_000);
    for await (const part of withCircuitBreaker(breaker)(new ScriptedModel('a', ['hello', 'there'])).stream(request, options)) if (part.type === 'text-delta') break;
    expect(breaker.available).toBe(true);
  });
});
