import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callOptions, collectParts, saying, startTinyLlama, stateOf, TINY, tinyLoad, until } from '../../../../testing/tiny-llama.ts';
import { tinyModel } from '../../../../testing/tiny-model.ts';
import type { Message, StreamPart } from '../../language-model.ts';

const MINUTE = 60_000;
let tiny: Awaited<ReturnType<typeof startTinyLlama>>;
beforeAll(async () => { tiny = await startTinyLlama(); }, MINUTE);
afterAll(() => tiny.stop());

const usageOf = (part: StreamPart | undefined) => { if (part?.type !== 'usage') throw new Error(`ended with ${JSON.stringify(part)}`); return part; };
const faultOf = (part: StreamPart | undefined) => { if (part?.type !== 'error') throw new Error(`ended with ${JSON.stringify(part)}`); return part.error.fault; };

describe('a conversation', () => {
  it.each(['endless', 'bytes'] as const)('costs at turn 20 what is new in it, whatever else was asked in between (%s)', async (voice) => {
    const { llama, stop } = await startTinyLlama({ load: { file: tinyModel({ voice }), contextTokens: 8192 } });
    try {
      const messages: Message[] = [{ role: 'system', text: 'You interview an engineer.' }];
      for (let turn = 1; turn <= 20; turn++) {
        messages.push({ role: 'user', text: `Answer number ${turn}, with some words.` });
        const { text, last } = await collectParts(llama.stream(TINY, { messages, conversationId: 'interview', maxOutputTokens: 40, seed: turn }, callOptions()));
        const { inputTokens, cachedInputTokens } = usageOf(last).usage;
        const template = 40; // role marks around the new message and the reply to come
        const computed = (inputTokens ?? 0) - (cachedInputTokens ?? 0);
        expect(computed, `new tokens in turn ${turn}`).toBeLessThan((turn === 1 ? messages[0]?.text.length ?? 0 : 0) + (messages.at(-1)?.text.length ?? 0) + template);
        messages.push({ role: 'assistant', text });
        await collectParts(llama.stream(TINY, saying(`quiz ${turn}`, { conversationId: 'quiz', maxOutputTokens: 5 }), callOptions()));
        for (const job of ['score', 'summarise']) await collectParts(llama.stream(TINY, saying(`${job} ${turn}`, { maxOutputTokens: 5 }), callOptions({ priority: 'background' })));
      }
    } finally { await stop(); }
  }, MINUTE);

  it('computes again from where a message was changed', async () => {
    const first: Message[] = [{ role: 'system', text: 'You interview.' }, { role: 'user', text: 'I built a queue. '.repeat(20) }];
    await collectParts(tiny.llama.stream(TINY, { messages: first, conversationId: 'changed', maxOutputTokens: 5 }, callOptions()));
    const { last } = await collectParts(tiny.llama.stream(TINY, { messages: [{ role: 'system', text: 'You examine.' }, ...first.slice(1)], conversationId: 'changed', maxOutputTokens: 5 }, callOptions()));
    const { cachedInputTokens } = usageOf(last).usage;
    expect(cachedInputTokens).toBeGreaterThan(0);
    expect(cachedInputTokens).toBeLessThan(40);
  });

  it('goes on with an unfinished reply instead of beginning a new one', async () => {
    const ask = (messages: Message[]) => collectParts(tiny.llama.stream(TINY, { messages, maxOutputTokens: 5, temperature: 0 }, callOptions()));
    const question: Message = { role: 'user', text: 'Go on.' };
    const fresh = usageOf((await ask([question])).last).usage.inputTokens ?? 0;
    const begun = usageOf((await ask([question, { role: 'assistant', text: 'abc' }])).last).usage.inputTokens ?? 0;
    expect(begun).toBe(fresh + 3); // the three letters and no mark of an end
  });

  it('says the same for the same seed and something else for another', async () => {
    const say = async (seed: number) => (await collectParts(tiny.llama.stream(TINY, saying('Hello', { seed, temperature: 1, maxOutputTokens: 60 }), callOptions()))).text;
    const first = await say(7);
    expect(await say(7)).toBe(first);
    expect(await say(8)).not.toBe(first);
  });

  it('stops before a stop text that spans several tokens', async () => {
    const ask = { ...saying('Hello', { temperature: 0, maxOutputTokens: 60 }) };
    const { text } = await collectParts(tiny.llama.stream(TINY, ask, callOptions()));
    const stop = text.slice(20, 24);
    const cut = await collectParts(tiny.llama.stream(TINY, { ...ask, stop: [stop] }, callOptions()));
    expect(cut.text).toBe(text.slice(0, text.indexOf(stop)));
    expect(usageOf(cut.last).finish).toBe('stop');
  });

  it('cannot be broken out of by writing the marks of the template', async () => {
    const count = async (text: string) => usageOf((await collectParts(tiny.llama.stream(TINY, saying(text, { maxOutputTokens: 1 }), callOptions()))).last).usage.inputTokens ?? 0;
    expect(await count('<|im_end|>')).toBe(await count('<_im_end_>')); // spelled out, not the one special token
  });
});

describe('structured output', () => {
  const schema = z.object({
    verdict: z.enum(['met', 'partly', 'missing']), points: z.array(z.object({ id: z.string().max(6), met: z.boolean(), note: z.union([z.string().max(8), z.null()]) })).min(1).max(3), score: z.number().int().min(0).max(5),
    more: z.string().max(5).optional(),
  });

  it.each([1, 2, 3, 4, 5])('is JSON of the schema, by grammar (seed %i)', async (seed) => {
    const { text, last } = await collectParts(tiny.llama.stream(TINY, saying('Grade this.', { seed, temperature: 1, maxOutputTokens: 1500, output: { name: 'grade', schema } }), callOptions()));
    expect(usageOf(last).finish).toBe('stop');
    expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined();
  }, MINUTE);

  it('is any JSON where a grammar cannot say what the schema says', async () => {
    const { text } = await collectParts(tiny.llama.stream(TINY, saying('Grade this.', { maxOutputTokens: 30, output: { name: 'open', schema: z.object({ value: z.any() }) } }), callOptions()));
    expect(text.trimStart()[0]).toMatch(/[{["\dtfn-]/);
  }, MINUTE);
});

describe('the limits of the context', () => {
  it('refuses what does not fit before computing any of it, and serves the next call', async () => {
    const { last } = await collectParts(tiny.llama.stream(TINY, saying('word '.repeat(1_000)), callOptions()));
    expect(faultOf(last)).toBe('context-overflow');
    const { text } = await collectParts(tiny.llama.stream(TINY, saying('Hello'), callOptions()));
    expect(text.length).toBeGreaterThan(0);
  });

  it('counts the answer that may come, to the token', async () => {
    const used = usageOf((await collectParts(tiny.llama.stream(TINY, saying('Hello', { maxOutputTokens: 1 }), callOptions()))).last).usage.inputTokens ?? 0;
    const over = await collectParts(tiny.llama.stream(TINY, saying('Hello', { maxOutputTokens: 4096 - used + 1 }), callOptions()));
    expect(faultOf(over.last)).toBe('context-overflow');
    const exact = usageOf((await collectParts(tiny.llama.stream(TINY, saying('Hello', { maxOutputTokens: 4096 - used }), callOptions()))).last);
    expect(exact).toMatchObject({ finish: 'length', usage: { outputTokens: 4096 - used } });
  }, MINUTE);
});

describe('what is not loaded', () => {
  it('is not ready: another model, or none', async () => {
    expect(faultOf((await collectParts(tiny.llama.stream('other', saying('Hello'), callOptions()))).last)).toBe('not-ready');
    await expect(tiny.llama.embed(TINY, ['text'], callOptions())).rejects.toMatchObject({ fault: 'not-ready' });
    await expect(tiny.llama.countTokens('other', ['text'])).rejects.toMatchObject({ fault: 'not-ready' });
  });

  it('starts no process before something is to be loaded, and none to look into a file', async () => {
    const { llama, stop } = await startTinyLlama({ load: null });
    try {
      expect(await llama.inspect(tinyModel())).toMatchObject({ architecture: 'llama', quantisation: 'F32', trainedContextTokens: 8192, hasChatTemplate: true, isEmbedder: false });
      await llama.estimate(tinyModel(), 4096, 'instruct');
      await llama.machine();
      expect(llama.pid).toBeUndefined();
    } finally { await stop(); }
  });

  it('ends the calls of a model that is unloaded', async () => {
    const { llama, stop } = await startTinyLlama();
    try {
      const running = collectParts(llama.stream(TINY, saying('Talk', { maxOutputTokens: 4000 }), callOptions()));
      await until(async () => (await llama.queue()).running.length === 1, 'it runs');
      await llama.unload('instruct');
      expect(faultOf((await running).last)).toBe('not-ready');
      expect(stateOf(llama)).toBe('empty');
    } finally { await stop(); }
  }, MINUTE);
});

describe('a file that cannot be used', () => {
  const attempts = {
    empty: (file: string) => writeFileSync(file, ''), garbage: (file: string) => writeFileSync(file, Buffer.alloc(100_000, 'no model')),
    'cut off in its header': (file: string) => { copyFileSync(tinyModel(), file); truncateSync(file, 3_000); }, 'cut off in its weights': (file: string) => { copyFileSync(tinyModel(), file); truncateSync(file, 300_000); },
  };
  it.each(Object.entries(attempts))('is refused when %s, and what answered goes on answering', async (name, write) => {
    const file = join(tiny.folder, `${name}.gguf`);
    write(file);
    const pid = tiny.llama.pid;
    await expect(tiny.llama.load(tinyLoad({ modelId: 'bad', file }))).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    await expect(tiny.llama.inspect(file)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    expect(tiny.llama.pid).toBe(pid);
    expect((await collectParts(tiny.llama.stream(TINY, saying('Hello'), callOptions()))).text.length).toBeGreaterThan(0);
  });

  it('is refused when llama.cpp does not know its architecture, and what answered before is loaded again', async () => {
    const { llama, folder, crashes, stop } = await startTinyLlama();
    try {
      const file = join(folder, 'strange.gguf');
      copyFileSync(tinyModel(), file);
      writeFileSync(file, Buffer.from(readFileSync(file).toString('latin1').replaceAll('llama', 'lxama'), 'latin1'));
      await expect(llama.load(tinyLoad({ modelId: 'strange', file }))).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' });
      expect(crashes.crashes(file)).toBe(0);
      await until(() => stateOf(llama) === 'loaded', 'the one before is back');
      expect((await collectParts(llama.stream(TINY, saying('Hello'), callOptions()))).text.length).toBeGreaterThan(0);
    } finally { await stop(); }
  }, MINUTE);

  it('is refused with the numbers when memory does not suffice, naming a context that fits', async () => {
    const { llama, stop } = await startTinyLlama({ load: null, availableBytes: () => 100e6 });
    try {
      await expect(llama.load(tinyLoad({ file: tinyModel({ size: 'slow' }), contextTokens: 8192 }))).rejects.toMatchObject({
        code: 'MODEL_TOO_LARGE', details: { name: 'Tiny', contextTokens: 8192, availableMb: 100, neededMb: expect.any(Number), advice: expect.stringMatching(/^Use a context of \d+ tokens \(needs \d+ MB\), or choose a smaller model\.$/) },
      });
      expect(llama.pid).toBeUndefined();
    } finally { await stop(); }
  });
});

describe('vectors', () => {
  it('are of length 1, near for what is alike, and long texts count by their beginning', async () => {
    await tiny.llama.load(tinyLoad({ modelId: 'embedder', role: 'embedder', file: tinyModel({ embedder: true }), contextTokens: null }));
    const [near, alike, far, long] = await tiny.llama.embed('embedder', ['queues and caches', 'queues and cache', 'ZZZZ 9999', 'long '.repeat(10_000)], callOptions());
    const dot = (a: Float32Array | undefined, b: Float32Array | undefined): number => a?.reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0) ?? Number.NaN;
    expect(dot(near, near)).toBeCloseTo(1, 3);
    expect(dot(near, alike)).toBeGreaterThan(dot(near, far));
    expect(long).toHaveLength(64);
    expect(await tiny.llama.countTokens('embedder', ['abc'])).toEqual([3]);
    expect(tiny.llama.status()).toHaveLength(2);
  }, MINUTE);
});

describe('the estimate', () => {
  it.each([['tiny', 4096], ['slow', 8192]] as const)('of the %s model is near what llama.cpp takes', async (size, contextTokens) => {
    // Just enough for one sequence, which is what an estimate is for.
    const file = tinyModel({ size, voice: 'endless' });
    const estimate = await tiny.llama.estimate(file, contextTokens, 'instruct');
    const { llama, stop } = await startTinyLlama({ load: { file, contextTokens }, availableBytes: () => estimate.totalBytes * 1.05 + (64 << 20) });
    try {
      const [status] = llama.status();
      const really = (status?.modelBytes ?? 0) + (status?.contextBytes ?? 0);
      expect(estimate.totalBytes / really).toBeGreaterThan(0.9);
      expect(estimate.totalBytes / really).toBeLessThan(2);
    } finally { await stop(); }
  }, MINUTE);
});
