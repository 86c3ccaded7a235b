import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOptions, collectParts, saying, startTinyLlama, TINY, until } from '../../../../testing/tiny-llama.ts';
import { tinyModel } from '../../../../testing/tiny-model.ts';
import type { Message, Usage } from '../../language-model.ts';

const MINUTE = 60_000;
const LONG = 'a few words '.repeat(250); // 3,000 tokens: seconds of computing
let slow: Awaited<ReturnType<typeof startTinyLlama>>;
beforeAll(async () => { slow = await startTinyLlama({ load: { file: tinyModel({ size: 'slow', voice: 'endless' }), contextTokens: 8192 } }); }, MINUTE);
afterAll(() => slow.stop());

const never = new AbortController().signal;
const inUse = async (): Promise<number> => { const { running, waiting, paused } = await slow.llama.queue(); return running.length + waiting.length + paused.length; };
const idle = async (): Promise<boolean> => await inUse() === 0;
/** A conversation as it is while the person types: the interviewer has spoken last. */
const beginning = (about: string): Message[] => [{ role: 'system', text: `You are the interviewer. ${about}` }, { role: 'user', text: 'The candidate has come in.' }, { role: 'assistant', text: 'What did you do there?' }];
const next = (messages: Message[]): Message[] => [...messages, { role: 'user', text: '<answer>I measured it.</answer> Ask one question.' }];

async function ask(conversationId: string, messages: Message[]): Promise<{ usage: Usage; firstMs: number }> {
  const askedAt = performance.now();
  let firstMs = 0;
  const { last } = await collectParts(slow.llama.stream(TINY, { messages, conversationId, maxOutputTokens: 3, seed: 1 }, callOptions()), (part) => { if (part.type === 'text-delta' && firstMs === 0) firstMs = performance.now() - askedAt; });
  if (last?.type !== 'usage') throw new Error('it did not answer');
  return { usage: last.usage, firstMs };
}
const share = ({ cachedInputTokens, inputTokens }: Usage): number => (cachedInputTokens ?? 0) / (inputTokens ?? 1);

describe('what was read ahead', () => {
  it('is found by the next call, which would have read all of it otherwise', async () => {
    const before = beginning(LONG.slice(0, 1_200));
    const after = beginning(`What was said before: ${LONG.slice(0, 1_200)}`);
    for (const conversationId of ['with', 'without']) await ask(conversationId, next(before));
    // The notes are others now, as after a compaction.
    const tokens = await slow.llama.readAhead(TINY, { messages: after, conversationId: 'with' }, never);
    const [withIt, without] = [await ask('with', next(after)), await ask('without', next(after))];
    expect(share(withIt.usage)).toBeGreaterThan(0.9);
    expect(withIt.usage.cachedInputTokens).toBe(tokens);
    expect(share(without.usage)).toBeLessThan(0.1);
    expect(withIt.firstMs).toBeLessThan(without.firstMs / 2);
  }, MINUTE);

  it('is not read again, nor is what a call has left behind', async () => {
    const messages = beginning(LONG.slice(0, 2_000));
    const first = performance.now();
    const tokens = await slow.llama.readAhead(TINY, { messages, conversationId: 'twice' }, never);
    const between = performance.now();
    expect(await slow.llama.readAhead(TINY, { messages, conversationId: 'twice' }, never)).toBe(tokens);
    expect(performance.now() - between).toBeLessThan((between - first) / 4);
    const { usage } = await ask('twice', next(messages));
    expect(await slow.llama.readAhead(TINY, { messages, conversationId: 'twice' }, never)).toBe(tokens);
    // The whole call is still there, not only its beginning.
    expect((await ask('twice', next(messages))).usage.cachedInputTokens).toBeGreaterThanOrEqual((usage.inputTokens ?? 0) - 1);
  }, MINUTE);
});

describe('a person’s call in the middle of it', () => {
  it('is not held up by it, in another conversation', async () => {
    const alone = await ask('alone', saying('Hello').messages);
    const reading = slow.llama.readAhead(TINY, { messages: beginning(LONG), conversationId: 'typing' }, never);
    await until(async () => (await slow.llama.queue()).running.length === 1, 'it reads');
    const beside = await ask('beside', saying('Hello').messages);
    expect(beside.firstMs).toBeLessThan(alone.firstMs + 500);
    expect(await reading).toBeGreaterThan(2_000);
  }, MINUTE);

  it('in the same conversation goes on from where it was, and is not undone by it', async () => {
    const messages = beginning(LONG);
    const stop = new AbortController();
    const reading = slow.llama.readAhead(TINY, { messages, conversationId: 'same' }, stop.signal);
    await until(async () => (await slow.llama.queue()).running.length === 1, 'it reads');
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { usage } = await ask('same', next(messages));
    expect(usage.cachedInputTokens).toBeGreaterThan(90);
    expect(await reading).toBe(0);
    expect(share((await ask('same', next(messages))).usage)).toBeGreaterThan(0.95);
  }, MINUTE);

  it('does not wait for one that was cancelled, and what that had read is not lost', async () => {
    const messages = beginning(`Another one. ${LONG}`);
    const stop = new AbortController();
    const reading = slow.llama.readAhead(TINY, { messages, conversationId: 'cancelled' }, stop.signal).catch((error: unknown) => error);
    await until(async () => (await slow.llama.queue()).running.length === 1, 'it reads');
    await new Promise((resolve) => setTimeout(resolve, 400));
    stop.abort();
    expect(await reading).toMatchObject({ fault: 'aborted' });
    await until(idle, 'nothing is computed', 1_000);
    expect((await ask('cancelled', next(messages))).usage.cachedInputTokens).toBeGreaterThan(30);
  }, MINUTE);
});

describe('nothing is read', () => {
  it('by a model that is not loaded, and none is loaded for it', async () => {
    const empty = await startTinyLlama({ load: null });
    expect(await empty.llama.readAhead(TINY, { messages: beginning('x'), conversationId: 'c' }, never)).toBe(0);
    expect(await slow.llama.readAhead('another', { messages: beginning('x'), conversationId: 'c' }, never)).toBe(0);
    expect(empty.llama.pid).toBe(undefined);
    await empty.stop();
  }, MINUTE);

  it('that does not fit the context', async () => {
    expect(await slow.llama.readAhead(TINY, { messages: beginning(LONG.repeat(4)), conversationId: 'large' }, never)).toBe(0);
    expect(await inUse()).toBe(0);
  }, MINUTE);

  it('on after the process was killed or the app closed', async () => {
    const dying = await startTinyLlama({ load: { file: tinyModel({ size: 'slow', voice: 'endless' }), contextTokens: 8192 } });
    const killed = dying.llama.readAhead(TINY, { messages: beginning(LONG), conversationId: 'c' }, never).catch((error: unknown) => error);
    await until(async () => (await dying.llama.queue()).running.length === 1, 'it reads');
    process.kill(dying.llama.pid as number, 'SIGKILL');
    expect(await killed).toMatchObject({ fault: 'crashed' });
    await until(() => dying.llama.status().some(({ role, state }) => role === 'instruct' && state === 'loaded'), 'it is loaded again');
    const closed = dying.llama.readAhead(TINY, { messages: beginning(LONG), conversationId: 'c' }, never).catch((error: unknown) => error);
    await until(async () => (await dying.llama.queue()).running.length === 1, 'it reads');
    const at = performance.now();
    await dying.stop();
    expect(await closed).toMatchObject({ fault: 'aborted' });
    expect(performance.now() - at).toBeLessThan(3_000);
  }, MINUTE);
});
