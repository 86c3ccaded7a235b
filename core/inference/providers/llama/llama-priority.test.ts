import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOptions, collectParts, saying, startTinyLlama, TINY, tinyLoad, until } from '../../../../testing/tiny-llama.ts';
import { tinyModel } from '../../../../testing/tiny-model.ts';

const MINUTE = 60_000;
const LONG_PROMPT = 'a few words '.repeat(250); // 3,000 tokens: seconds of computing
let slow: Awaited<ReturnType<typeof startTinyLlama>>;
beforeAll(async () => {
  slow = await startTinyLlama({ load: { file: tinyModel({ size: 'slow', voice: 'endless' }), contextTokens: 8192 } });
  await slow.llama.load(tinyLoad({ modelId: 'embedder', role: 'embedder', file: tinyModel({ embedder: true }), contextTokens: null }));
}, MINUTE);
afterAll(() => slow.stop());

const idle = async (): Promise<boolean> => { const { running, waiting, paused } = await slow.llama.queue(); return running.length + waiting.length + paused.length === 0; };

describe('an abort', () => {
  it('ends a stream within a token', async () => {
    const controller = new AbortController();
    let abortedAt = 0;
    const { parts, last } = await collectParts(slow.llama.stream(TINY, saying('Talk', { maxOutputTokens: 6_000 }), callOptions({ signal: controller.signal })), (part) => {
      if (part.type === 'text-delta' && abortedAt === 0) { abortedAt = performance.now(); controller.abort(); }
    });
    expect(last).toMatchObject({ type: 'error', error: { fault: 'aborted' } });
    expect(parts.filter(({ type }) => type === 'text-delta')).toHaveLength(1);
    await until(idle, 'nothing is computed', 2_000);
    expect(performance.now() - abortedAt).toBeLessThan(500); // of about 6 s that it would have gone on
  }, MINUTE);

  it('is heard while a long prompt is still being computed, and what was computed is not lost', async () => {
    const ask = saying(LONG_PROMPT, { conversationId: 'long', maxOutputTokens: 5 });
    const controller = new AbortController();
    const running = collectParts(slow.llama.stream(TINY, ask, callOptions({ signal: controller.signal })));
    await until(async () => (await slow.llama.queue()).running.length === 1, 'it runs');
    await new Promise((resolve) => setTimeout(resolve, 400));
    const abortedAt = performance.now();
    controller.abort();
    expect((await running).last).toMatchObject({ type: 'error', error: { fault: 'aborted' } });
    await until(idle, 'nothing is computed', 2_000);
    expect(performance.now() - abortedAt).toBeLessThan(800);
    const again = await collectParts(slow.llama.stream(TINY, ask, callOptions()));
    expect(again.last).toMatchObject({ type: 'usage' });
    if (again.last?.type === 'usage') expect(again.last.usage.cachedInputTokens).toBeGreaterThan(30);
  }, MINUTE);
});

describe('a person comes first', () => {
  it('background work pauses between tokens, goes on afterwards, and says what it would have said', async () => {
    const scoring = saying('Score this', { maxOutputTokens: 300, temperature: 0 });
    const undisturbed = await collectParts(slow.llama.stream(TINY, scoring, callOptions({ priority: 'background' })));
    const heardAt: number[] = [];
    const background = collectParts(slow.llama.stream(TINY, scoring, callOptions({ priority: 'background' })), (part) => { if (part.type === 'text-delta') heardAt.push(performance.now()); });
    await until(() => heardAt.length > 0, 'the background speaks');
    const from = performance.now();
    let sawPaused = false;
    await collectParts(slow.llama.stream(TINY, saying('Hello', { maxOutputTokens: 400 }), callOptions()), () => void slow.llama.queue().then(({ paused }) => { sawPaused ||= paused.length === 1; }));
    const to = performance.now();
    expect(sawPaused).toBe(true);
    expect(heardAt.filter((at) => at > from + 100 && at < to - 5)).toEqual([]);
    const { text, last } = await background;
    expect(last).toMatchObject({ type: 'usage', usage: { outputTokens: 300 } });
    expect(text).toBe(undisturbed.text);
  }, MINUTE);

  it('a long background prompt does not hold up the first word', async () => {
    const first = async (): Promise<number> => {
      const askedAt = performance.now();
      for await (const part of slow.llama.stream(TINY, saying('Hello', { maxOutputTokens: 3 }), callOptions())) if (part.type === 'text-delta') return performance.now() - askedAt;
      throw new Error('it said nothing');
    };
    const alone = await first();
    const background = collectParts(slow.llama.stream(TINY, saying(LONG_PROMPT, { maxOutputTokens: 3 }), callOptions({ priority: 'background' })));
    await until(async () => (await slow.llama.queue()).running.length === 1, 'it runs');
    expect(await first()).toBeLessThan(alone + 500);
    expect((await background).last).toMatchObject({ type: 'usage' });
  }, MINUTE);

  it('vectors for the background wait too', async () => {
    const talking = collectParts(slow.llama.stream(TINY, saying('Talk', { maxOutputTokens: 500 }), callOptions()));
    let talked = false;
    void talking.then(() => { talked = true; });
    await until(async () => (await slow.llama.queue()).running.length === 1, 'it talks');
    await slow.llama.embed('embedder', ['text'], callOptions({ priority: 'background' }));
    await new Promise(setImmediate); // the last words may have come with the vectors, and are still being handed on
    expect(talked).toBe(true);
  }, MINUTE);

  it('two people are served side by side, the others in the order they came', async () => {
    const order: number[] = [];
    await Promise.all([0, 1, 2, 3].map(async (number) => {
      await collectParts(slow.llama.stream(TINY, saying(`Person ${number}`, { conversationId: `person-${number}`, maxOutputTokens: 60 }), callOptions()));
      order.push(number);
    }));
    expect(order.slice(0, 2).toSorted()).toEqual([0, 1]);
    expect(order.slice(2).toSorted()).toEqual([2, 3]);
  }, MINUTE);

  it('background work that has to give its only sequence away takes it up again', async () => {
    const file = tinyModel({ size: 'slow', voice: 'endless' });
    const { totalBytes } = await slow.llama.estimate(file, 2048, 'instruct');
    const { llama, stop } = await startTinyLlama({ load: { file, contextTokens: 2048 }, availableBytes: () => totalBytes * 1.06 + (64 << 20) });
    try {
      let heard = 0;
      const background = collectParts(llama.stream(TINY, saying('Score this', { maxOutputTokens: 200 }), callOptions({ priority: 'background' })), () => { heard++; });
      await until(() => heard > 1, 'the background speaks');
      const person = await collectParts(llama.stream(TINY, saying('Hello', { maxOutputTokens: 30 }), callOptions()));
      expect(person.last).toMatchObject({ type: 'usage', usage: { outputTokens: 30 } });
      expect((await background).last).toMatchObject({ type: 'usage', usage: { outputTokens: 200 } });
    } finally { await stop(); }
  }, MINUTE);
});
