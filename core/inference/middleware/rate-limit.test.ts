import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedModel } from '../../../testing/scripted-models.ts';
import { SettableClock, systemClock } from '../../sources.ts';
import { RequestRate, withRateLimit } from './rate-limit.ts';
import { Slots } from './slots.ts';

const START = '2026-11-20T09:00:00.000Z';
const never = new AbortController().signal;
const fault = (name: string) => expect.objectContaining({ fault: name });
beforeEach(() => { vi.useFakeTimers({ now: new Date(START) }); });
afterEach(() => { vi.useRealTimers(); });

describe('slots', () => {
  it('let as many run as there are, and the next one when one ends, in turn', async () => {
    const slots = new Slots(2);
    const order: string[] = [];
    const [first, second] = [await slots.acquire(0, never), await slots.acquire(0, never)];
    const third = slots.acquire(1_000, never).then((release) => { order.push('third'); return release; });
    const fourth = slots.acquire(1_000, never).then((release) => { order.push('fourth'); return release; });
    await vi.advanceTimersByTimeAsync(10);
    expect([order, slots.free]).toEqual([[], 0]);
    first(); first();
    await vi.advanceTimersByTimeAsync(1);
    expect(order).toEqual(['third']);
    second();
    await vi.advanceTimersByTimeAsync(1);
    (await third)(); (await fourth)();
    await vi.advanceTimersByTimeAsync(1);
    expect([order, slots.free]).toEqual([['third', 'fourth'], 2]);
  });

  it('are not waited for longer than the patience lasts, nor after an abort', async () => {
    const slots = new Slots(1);
    const release = await slots.acquire(0, never);
    const caller = new AbortController();
    const impatient = slots.acquire(100, never).catch((error: unknown) => error);
    const leaving = slots.acquire(1_000, caller.signal).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    expect(await impatient).toEqual(fault('limited'));
    caller.abort();
    expect(await leaving).toEqual(fault('aborted'));
    release();
    await vi.advanceTimersByTimeAsync(1);
    expect([slots.free, vi.getTimerCount()]).toEqual([1, 0]);
    (await slots.acquire(0, never))();
  });
});

describe('requests a minute', () => {
  it('are counted over any sixty seconds', async () => {
    const clock = new SettableClock(START);
    const rate = new RequestRate(2, clock);
    await rate.take(0, never);
    clock.advance(20_000);
    await rate.take(0, never);
    await expect(rate.take(0, never)).rejects.toEqual(fault('limited'));
    expect(rate.waitMs()).toBe(40_000);
    clock.advance(40_000);
    await rate.take(0, never);
    expect(rate.waitMs()).toBe(20_000);
  });

  it('are waited for when their turn comes soon', async () => {
    const rate = new RequestRate(1, systemClock);
    await rate.take(0, never);
    await vi.advanceTimersByTimeAsync(59_500);
    let taken = false;
    const waiting = rate.take(1_000, never).then(() => { taken = true; });
    await vi.advanceTimersByTimeAsync(499);
    expect(taken).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect(taken).toBe(true);
  });

  it('are not blocked for longer by a clock that was put back', async () => {
    const clock = new SettableClock(START);
    const rate = new RequestRate(1, clock);
    await rate.take(0, never);
    clock.advance(-3_600_000);
    await rate.take(0, never);
    expect(rate.waitMs()).toBe(60_000);
  });

  it('without a limit cost nothing', () => { expect(new RequestRate(null, systemClock).waitMs()).toBe(0); });
});

describe('the middleware', () => {
  it('gives limited without asking the model, and frees its slot when the call is over or left', async () => {
    const slots = new Slots(1);
    const model = new ScriptedModel('a', ['Hello.']);
    const limited = withRateLimit({ slots, rate: new RequestRate(2, systemClock), patienceMs: 0 })(model);
    const run = async (leave = false): Promise<string> => {
      for await (const part of limited.stream({ messages: [], maxOutputTokens: 16 }, { signal: never, reason: 'test', priority: 'interactive' })) {
        if (leave) return 'left';
        if (part.type === 'error') return part.error.fault;
      }
      return 'done';
    };
    expect([await run(true), slots.free, await run(), slots.free, await run(), slots.free, model.calls]).toEqual(['left', 1, 'done', 1, 'limited', 1, 2]);
  });
});
