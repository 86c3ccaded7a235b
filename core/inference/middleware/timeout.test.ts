import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedModel, type Script } from '../../../testing/scripted-models.ts';
import type { StreamPart } from '../language-model.ts';
import { withinTime, withTimeout } from './timeout.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const start = (script: Script, limits: Partial<{ firstTokenMs: number; idleMs: number; wholeMs: number }> = {}) => {
  const { firstTokenMs = 1_000, idleMs = 500, wholeMs = 5_000 } = limits;
  const model = new ScriptedModel('a', script);
  const caller = new AbortController();
  const seen: string[] = [];
  const startedAt = performance.now();
  let abortedWhenTold = false;
  const done = (async () => {
    const stream = withTimeout({ firstTokenMs, idleMs, wholeMs: () => wholeMs })(model).stream({ messages: [], maxOutputTokens: 16 }, { signal: caller.signal, reason: 'test', priority: 'interactive' });
    for await (const part of stream) {
      seen.push(partName(part));
      if (part.type === 'error') abortedWhenTold = model.aborted === 1;
    }
    return performance.now() - startedAt;
  })();
  return { model, caller, seen, done, abortedWhenTold: () => abortedWhenTold };
};
const partName = (part: StreamPart): string => (part.type === 'error' ? part.error.fault : part.type === 'text-delta' ? part.text : part.type);

describe('time limits', () => {
  it('let an answer pass that is in time', async () => {
    const { seen, done } = start(['one', { wait: 400 }, 'two']);
    await vi.advanceTimersByTimeAsync(400);
    await done;
    expect(seen).toEqual(['text-start', 'one', 'two', 'text-end', 'usage']);
  });

  it('end a call whose first token does not come, and abort it', async () => {
    const { model, seen, done, abortedWhenTold } = start(['HANG']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([await done, seen, abortedWhenTold(), model.running]).toEqual([1_000, ['timeout'], true, 0]);
  });

  it('do not take an empty delta or a block that begins for a token', async () => {
    const { seen, done } = start([{ raw: { type: 'text-start' } }, '', { wait: 2_000 }, 'late']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([await done, seen.at(-1)]).toEqual([1_000, 'timeout']);
  });

  it('end a call that stops between two tokens', async () => {
    const { model, seen, done } = start(['one', { wait: 499 }, 'two', 'HANG']);
    await vi.advanceTimersByTimeAsync(999);
    expect([await done, seen, model.aborted]).toEqual([999, ['text-start', 'one', 'two', 'timeout'], 1]);
  });

  it('end a call that drips for longer than the whole may take', async () => {
    const { seen, done } = start(Array.from({ length: 100 }, () => [{ wait: 100 }, '.'] as const).flat(), { wholeMs: 1_550 });
    await vi.advanceTimersByTimeAsync(1_600);
    expect([await done, seen.filter((part) => part === '.').length, seen.at(-1)]).toEqual([1_550, 15, 'timeout']);
  });

  it('do not wait for a model that ignores its signal', async () => {
    const { seen, done } = start(['DEAF']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([await done, seen]).toEqual([1_000, ['timeout']]);
  });

  it('end at once when the caller aborts, and say so', async () => {
    const { model, caller, seen, done } = start(['one', 'HANG']);
    await vi.advanceTimersByTimeAsync(100);
    caller.abort();
    expect([await done, seen, model.aborted]).toEqual([100, ['text-start', 'one', 'aborted'], 1]);
  });

  it('do not begin for a caller who has left already', async () => {
    const model = new ScriptedModel('a', ['one']);
    const seen: string[] = [];
    for await (const part of withTimeout({ firstTokenMs: 1, idleMs: 1, wholeMs: () => 1 })(model).stream({ messages: [], maxOutputTokens: 16 }, { signal: AbortSignal.abort(), reason: 'test', priority: 'interactive' })) seen.push(partName(part));
    expect([seen, model.calls]).toEqual([['aborted'], 0]);
  });

  it('do not count the time a slow reader takes', async () => {
    const model = new ScriptedModel('a', ['one', 'two', 'three']);
    const seen: string[] = [];
    const done = (async () => {
      for await (const part of withTimeout({ firstTokenMs: 100, idleMs: 100, wholeMs: () => 10_000 })(model).stream({ messages: [], maxOutputTokens: 16 }, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' })) {
        seen.push(partName(part));
        await new Promise((resolve) => { setTimeout(resolve, 1_000); });
      }
    })();
    await vi.advanceTimersByTimeAsync(10_000);
    await done;
    expect(seen.at(-1)).toBe('usage');
  });

  it('abort the call of a reader who walked away, and leave no timer', async () => {
    const model = new ScriptedModel('a', ['one', 'HANG']);
    for await (const part of withTimeout({ firstTokenMs: 100, idleMs: 100, wholeMs: () => 100 })(model).stream({ messages: [], maxOutputTokens: 16 }, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' })) if (part.type === 'text-delta') break;
    expect([model.aborted, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it.each([
    ['that ends without an end', async function* (): AsyncGenerator<StreamPart> { yield { type: 'text-start' }; }],
    ['that throws', (): AsyncIterable<StreamPart> => { throw new Error('boom'); }],
    ['that throws later', async function* (): AsyncGenerator<StreamPart> { yield { type: 'text-start' }; throw new Error('boom'); }],
  ])('give a stream %s a name', async (_, stream) => {
    const model = new ScriptedModel('a', []);
    const seen: string[] = [];
    const broken = { ...model, modelName: 'm', providerId: 'a', capabilities: model.capabilities, generate: () => Promise.reject(new Error('unused')), stream };
    for await (const part of withTimeout({ firstTokenMs: 100, idleMs: 100, wholeMs: () => 100 })(broken).stream({ messages: [], maxOutputTokens: 16 }, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' })) seen.push(partName(part));
    expect(seen.at(-1)).toBe('malformed');
  });
});

describe('time for a promise', () => {
  it('ends with timeout and tells the work to stop', async () => {
    let stopped = false;
    const result = withinTime(100, new AbortController().signal, (signal) => new Promise((_, reject) => { signal.addEventListener('abort', () => { stopped = true; reject(new Error('stopped')); }); })).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    expect([await result, stopped]).toEqual([expect.objectContaining({ fault: 'timeout' }), true]);
  });
});
