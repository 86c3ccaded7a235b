import { describe, expect, it } from 'vitest';
import { ScriptedModel, type Step } from '../../../testing/scripted-models.ts';
import { SettableClock, systemClock } from '../../sources.ts';
import type { AttemptResult } from '../../telemetry/index.ts';
import type { AnswerCacheRepository, CachedAnswerRow } from '../answer-cache-repository.ts';
import { AnswerCache } from './cache.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { newNotes } from './middleware.ts';
import { RequestRate } from './rate-limit.ts';
import { Slots } from './slots.ts';
import { wrapModel } from './stack.ts';

const setUp = (script: Step[]) => {
  const rows = new Map<string, CachedAnswerRow>();
  const repository = { get: (hash: string) => rows.get(hash), anyOf: () => undefined, save: (saved: CachedAnswerRow[]) => { for (const row of saved) rows.set(row.hash, row); } } as unknown as AnswerCacheRepository;
  const [model, breaker, rate, results] = [new ScriptedModel('a', script), new CircuitBreaker(new SettableClock(0)), new RequestRate(1, systemClock), [] as AttemptResult[]];
  const cache = new AnswerCache(repository, systemClock);
  const run = async (): Promise<string> => {
    const notes = newNotes();
    const wrapped = wrapModel(model, {
      tracing: { span: { attempt: () => ({ end: (result) => results.push(result) }), end: () => {} }, notes, facts: { operation: 'chat', lane: 'l', attempt: 1, providerId: 'a', providerKind: 'openai', model: 'm', host: null } },
      cache: { cache, requestHash: 'r', notes }, breaker, limits: { slots: new Slots(1), rate, patienceMs: 0 }, budget: undefined,
      time: { firstTokenMs: 50, idleMs: 50, wholeMs: () => 100 }, guard: { maxCharacters: 100, notes },
    });
    let said = '';
    for await (const part of wrapped.stream({ messages: [], maxOutputTokens: 16 }, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' })) {
      if (part.type === 'text-delta') said += part.text;
      if (part.type === 'error') said += part.error.fault;
    }
    return said;
  };
  return { run, model, breaker, results };
};

describe('the order of the middleware', () => {
  it('keeps only guarded text, and spends neither a request nor a verdict on a repetition', async () => {
    const { run, model, breaker, results } = setUp(['Hello.<|im_end|>']);
    expect([await run(), await run(), model.calls, breaker.view().calls]).toEqual(['Hello.', 'Hello.', 1, 1]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['answered', 'aborted', 'cached', 'aborted']);
  });

  it('does not take what the guard throws away for a first token', async () => {
    expect(await setUp(['\u200b', { wait: 40 }, '\u200b', { wait: 40 }, 'Hello.']).run()).toBe('timeout');
  });

  it('lets the breaker learn of a timeout, and not of our own limit', async () => {
    const { run, breaker } = setUp(['HANG']);
    expect([await run(), breaker.view().failures, await run(), breaker.view().failures]).toEqual(['timeout', 1, 'limited', 1]);
  });
});
