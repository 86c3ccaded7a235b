import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InferenceError } from '../core/inference/inference-error.ts';
import { collectStream, type CallOptions, type EmbeddingModel, type LanguageModel, type Message, type ModelRequest, type StreamPart } from '../core/inference/language-model.ts';

/** A provider with what the tests can ask of its other end. What cannot be asked there is left out, and less is tested. */
export interface ProviderUnderTest {
  model: LanguageModel;
  embedding?: EmbeddingModel;
  listModels?: (options: CallOptions) => Promise<string[]>;
  /** Makes the other end answer so; undefined lets it say what it wants. */
  say?: (words: ((lastUserText: string) => string) | undefined) => void;
  /** Makes it pause between two pieces. */
  pace?: (ms: number) => void;
  /** Cuts what it sends into pieces of so many bytes and so many UTF-16 units. */
  cut?: (bytes: number | undefined, units: number | undefined) => void;
  /** Resolves once nothing is computed or sent any more, and tells whether the last call was stopped before its end. */
  stopped?: () => Promise<boolean>;
  /** The messages it was asked with last, as text. */
  asked?: () => string;
  stop(): Promise<void>;
}

/** The promises of the suite; a provider that cannot keep one says why. */
export const PROMISES = [
  'text', 'generate', 'usage', 'length', 'aborted-before', 'aborted-in-between', 'left-early', 'system', 'turns', 'tools', 'output', 'stop', 'unicode', 'parallel', 'errors-are-parts', 'long-message', 'embeddings', 'models',
] as const;
export type ConformancePromise = (typeof PROMISES)[number];

const CALL_MS = 60_000;
const WORDS = 'First we measured where the time went, then we moved the slow part off the request and watched the queue for a week.';

/** The same tests for every provider. `start` is called once; each test finds the provider saying and pacing what it wants. */
export function describeProvider(name: string, provider: { start(): Promise<ProviderUnderTest>; skips?: Partial<Record<ConformancePromise, string>> }): void {
  describe(`${name} keeps the promises of a provider`, () => {
    let under: ProviderUnderTest;
    beforeAll(async () => { under = await provider.start(); }, CALL_MS);
    afterAll(async () => { await under?.stop(); });
    beforeEach(() => { under.say?.(undefined); under.pace?.(0); under.cut?.(undefined, undefined); });
    const promise = (key: ConformancePromise, title: string, run: (skip: (why: string) => void) => Promise<void>): void => {
      const why = provider.skips?.[key];
      const declare = why === undefined ? test : test.skip;
      declare(why === undefined ? title : `${title} (not here: ${why})`, ({ skip }) => run(skip), CALL_MS);
    };

    promise('text', 'a stream is text-start, text-delta, text-end and one usage at its end', async () => {
      under.say?.(() => WORDS);
      const parts = await all(under.model.stream(ask('How did you make it faster?'), options()));
      expectWellFormed(parts);
      expect(parts.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(1);
      expect(parts.at(-1)?.type).toBe('usage');
      if (under.say) expect(textOf(parts)).toBe(WORDS);
    });

    promise('generate', 'generate gives what stream gives', async () => {
      under.say?.(() => WORDS);
      const request = ask('How did you make it faster?');
      const streamed = await collectStream(under.model.stream(request, options()));
      const whole = await under.model.generate(request, options());
      expect(whole.text).toBe(streamed.text);
      expect(whole.finish).toBe(streamed.finish);
      expect(whole.toolCalls).toEqual(streamed.toolCalls);
    });

    promise('usage', 'usage is counted in whole tokens, or null where nobody counted', async () => {
      const { usage, model } = await under.model.generate(ask('Count this.'), options());
      for (const count of Object.values(usage)) expect(count === null || (Number.isInteger(count) && count >= 0)).toBe(true);
      expect((usage.cachedInputTokens ?? 0) <= (usage.inputTokens ?? Infinity)).toBe(true);
      expect(model.length).toBeGreaterThan(0);
    });

    promise('length', 'an answer ends as "length" at maxOutputTokens', async () => {
      under.say?.(() => WORDS);
      const answer = await under.model.generate({ ...ask('Tell me everything.'), maxOutputTokens: 3 }, options());
      expect(answer.finish).toBe('length');
      expect(answer.usage.outputTokens ?? 0).toBeLessThanOrEqual(3);
      if (under.say) expect(answer.text).toBe('First we measured');
    });

    promise('aborted-before', 'a call aborted before it begins ends with the one part "aborted"', async () => {
      const controller = new AbortController();
      controller.abort();
      const parts = await all(under.model.stream(ask('Never mind.'), options(controller.signal)));
      expect(faultsOf(parts)).toEqual(['aborted']);
      expect(parts).toHaveLength(1);
      await expect(under.model.generate(ask('Never mind.'), options(controller.signal))).rejects.toMatchObject({ fault: 'aborted' });
    });

    promise('aborted-in-between', 'an abort in the middle ends the stream at once and stops the work behind it', async () => {
      under.say?.(() => WORDS.repeat(50));
      under.pace?.(20);
      const controller = new AbortController();
      const parts: StreamPart[] = [];
      let abortedAt = 0;
      for await (const part of under.model.stream({ ...ask('Talk for long.'), maxOutputTokens: 400 }, options(controller.signal))) {
        if (abortedAt > 0) expect(part.type, 'nothing but the end comes after an abort').toBe('error');
        parts.push(part);
        if (part.type === 'text-delta' && abortedAt === 0) { controller.abort(); abortedAt = performance.now(); }
      }
      expect(performance.now() - abortedAt).toBeLessThan(1_000);
      expect(faultsOf(parts)).toEqual(['aborted']);
      if (under.stopped) expect(await under.stopped(), 'the work behind it was stopped').toBe(true);
    });

    promise('left-early', 'a reader that leaves in the middle stops the work too', async () => {
      under.say?.(() => WORDS.repeat(50));
      under.pace?.(20);
      for await (const part of under.model.stream({ ...ask('Talk for long.'), maxOutputTokens: 400 }, options())) if (part.type === 'text-delta') break;
      if (under.stopped) expect(await under.stopped(), 'the work behind it was stopped').toBe(true);
      under.pace?.(0);
      expect((await under.model.generate(ask('Still there?'), options())).text.length).toBeGreaterThan(0);
    });

    promise('system', 'system messages arrive', async () => {
      const answer = await under.model.generate({ ...ask('Begin.'), messages: [{ role: 'system', text: 'You interview for a violin maker.' }, { role: 'system', text: 'Speak briefly.' }, { role: 'user', text: 'Begin.' }] }, options());
      expect(answer.text.length).toBeGreaterThan(0);
      if (under.asked) expect(under.asked()).toMatch(/violin maker[\s\S]*Speak briefly[\s\S]*Begin/);
    });

    promise('turns', 'earlier turns arrive in order, and a conversation may begin with the assistant', async () => {
      const messages: Message[] = [
        { role: 'system', text: 'You interview.' }, { role: 'assistant', text: 'Welcome. What did you build last?' }, { role: 'user', text: 'A ledger of tides.' },
        { role: 'assistant', text: 'Why tides?' }, { role: 'user', text: 'The harbour asked for it.' }, { role: 'user', text: 'And I like the sea.' },
      ];
      const answer = await under.model.generate({ ...ask(''), messages, stableMessages: 3, conversationId: 'turns' }, options());
      expect(answer.text.length).toBeGreaterThan(0);
      if (under.asked) expect(under.asked()).toMatch(/What did you build last[\s\S]*ledger of tides[\s\S]*Why tides[\s\S]*harbour[\s\S]*sea/);
    });

    promise('tools', 'a tool that has to be called is called with input of its schema, and its result can be answered', async (skip) => {
      if (!under.model.capabilities.tools) skip('no tools');
      const look = { name: 'look_up', description: 'Looks up a topic.', input: z.object({ topic: z.enum(['queues', 'caches']), pages: z.number().int().min(1).max(9) }) };
      const request: ModelRequest = { ...ask('What do we know about queues?'), maxOutputTokens: 200, tools: [look], toolChoice: { name: 'look_up' } };
      const answer = await under.model.generate(request, options());
      expect(answer.finish).toBe('tool-calls');
      const [call] = answer.toolCalls;
      expect(call).toMatchObject({ name: 'look_up' });
      expect(call?.id.length).toBeGreaterThan(0);
      expect(look.input.safeParse(call?.input).success).toBe(true);
      if (!call) return;
      const after = await under.model.generate({ ...request, toolChoice: 'auto', messages: [...request.messages, { role: 'assistant', text: '', toolCalls: [call] }, { role: 'tool', toolCallId: call.id, text: 'Queues are fair.' }] }, options());
      expect(after.text.length + after.toolCalls.length).toBeGreaterThan(0);
      if (under.asked) expect(under.asked()).toContain('Queues are fair.');
    });

    promise('output', 'structured output is parsed and passes its schema', async () => {
      const schema = z.object({ verdict: z.enum(['met', 'missing']), certain: z.boolean(), points: z.array(z.enum(['a', 'b'])).max(2) });
      const answer = await under.model.generate({ ...ask('Grade this: queues are fair.'), maxOutputTokens: 300, output: { name: 'grade', schema } }, options());
      expect(schema.safeParse(answer.output).success).toBe(true);
      expect(JSON.parse(answer.text)).toEqual(answer.output);
      if (under.say) {
        under.say(() => '{"verdict": "perhaps"}');
        const parts = await all(under.model.stream({ ...ask('Grade this.'), maxOutputTokens: 300, output: { name: 'grade', schema } }, options()));
        expect(faultsOf(parts)).toEqual(['schema']);
      }
    });

    promise('stop', 'an answer ends before a stop sequence', async () => {
      under.say?.(() => WORDS);
      const request = ask('How did you make it faster?');
      const { text } = await under.model.generate(request, options());
      const stop = text.slice(Math.floor(text.length / 2)).trim().slice(0, 6).trimEnd();
      expect(stop.length, 'there is enough text to stop in').toBeGreaterThan(1);
      const cut = await under.model.generate({ ...request, stop: [stop] }, options());
      expect(cut.text).not.toContain(stop);
      expect(text.startsWith(cut.text)).toBe(true);
      expect(cut.finish).toBe('stop');
    });

    promise('unicode', 'no character is lost where the wire cuts it', async () => {
      const words = 'Grüße, 面接を始めます。👩🏽‍💻 🇯🇵 e\u0301 ∑ \u2028 ende';
      for (const [bytes, units] of [[1, undefined], [3, 1], [7, 3]] as const) {
        under.say?.(() => words);
        under.cut?.(bytes, units);
        const parts = await all(under.model.stream(ask(`Wiederhole: ${words}`), options()));
        expect(parts.at(-1)?.type).toBe('usage');
        for (const part of parts) if (part.type === 'text-delta') expect(part.text.isWellFormed(), 'no half of a character alone').toBe(true);
        if (under.say) expect(textOf(parts)).toBe(words);
      }
      if (under.asked) expect(under.asked()).toContain(words);
    });

    promise('parallel', '40 calls at once each get their own answer', async () => {
      under.say?.((last) => `You said ${last}`);
      const answers = await Promise.all(Array.from({ length: 40 }, (_, number) => under.model.generate({ ...ask(`number ${number}`), maxOutputTokens: 6 }, options())));
      expect(answers.every(({ text }) => text.length > 0)).toBe(true);
      if (under.say) expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 40 }, (_, number) => `You said number ${number}`));
    });

    promise('errors-are-parts', 'an abort at any moment is a part at the end of the stream, never an exception', async () => {
      under.say?.(() => WORDS);
      for (const ms of [0, 1, 3, 10, 30]) {
        const parts = await all(under.model.stream({ ...ask('Talk.'), maxOutputTokens: 60 }, options(AbortSignal.timeout(ms))));
        expectWellFormed(parts);
        expect(['usage', 'error']).toContain(parts.at(-1)?.type);
      }
    });

    promise('long-message', 'a very long message is answered or refused as too long, and the next call is served', async () => {
      const parts = await all(under.model.stream(ask('queues are fair and tides are not. '.repeat(6_000)), options()));
      expectWellFormed(parts);
      if (parts.at(-1)?.type === 'error') expect(faultsOf(parts)).toEqual(['context-overflow']);
      expect((await under.model.generate(ask('Still there?'), options())).text.length).toBeGreaterThan(0);
    });

    promise('embeddings', 'texts become vectors of one length, in order, the same each time', async (skip) => {
      const { embedding } = under;
      if (!embedding) { skip('no embeddings'); return; }
      const texts = ['queues are fair', 'tides are not', 'queues are fair', '面接'];
      const vectors = await embedding.embed(texts, options());
      expect(vectors).toHaveLength(4);
      expect(new Set(vectors.map(({ length }) => length)).size).toBe(1);
      expect(vectors.every((vector) => vector instanceof Float32Array && vector.length > 0 && vector.every(Number.isFinite))).toBe(true);
      expect(vectors[2]).toEqual(vectors[0]);
      expect(vectors[1]).not.toEqual(vectors[0]);
      expect(await embedding.embed([], options())).toEqual([]);
      const many = await embedding.embed(Array.from({ length: 150 }, (_, number) => `text ${number}`), options());
      expect(many).toHaveLength(150);
      expect(cosine(many[149] ?? new Float32Array(), (await embedding.embed(['text 149'], options()))[0] ?? new Float32Array())).toBeGreaterThan(0.999);
      await expect(embedding.embed(['x'], options(AbortSignal.abort()))).rejects.toMatchObject({ fault: 'aborted' });
    });

    promise('models', 'the list of models has names', async (skip) => {
      const { listModels } = under;
      if (!listModels) { skip('no list'); return; }
      const ids = await listModels(options());
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.every((id) => id.length > 0)).toBe(true);
      await expect(listModels(options(AbortSignal.abort()))).rejects.toMatchObject({ fault: 'aborted' });
    });
  });
}

/** Always the same answer from a model that can be asked for it. */
const ask = (text: string): ModelRequest => ({ messages: [{ role: 'user', text }], maxOutputTokens: 48, temperature: 0, seed: 1 });
const options = (signal: AbortSignal = new AbortController().signal): CallOptions => ({ signal, reason: 'conformance', priority: 'interactive' });

async function all(stream: AsyncIterable<StreamPart>): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

const textOf = (parts: readonly StreamPart[]): string => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
const faultsOf = (parts: readonly StreamPart[]): string[] => parts.flatMap((part) => (part.type === 'error' ? [part.error.fault] : []));

/** Text stands between its start and its end, and the one `usage` or `error` is last. */
export function expectWellFormed(parts: readonly StreamPart[]): void {
  let inText = false;
  for (const [index, part] of parts.entries()) {
    if (part.type === 'text-start') { expect(inText).toBe(false); inText = true; }
    if (part.type === 'text-delta') { expect(inText, 'text only after its start').toBe(true); expect(part.text).not.toBe(''); }
    if (part.type === 'text-end') { expect(inText).toBe(true); inText = false; }
    if (part.type === 'usage') expect(inText, 'text has ended').toBe(false);
    if (part.type === 'error') expect(part.error).toBeInstanceOf(InferenceError);
    expect(part.type === 'usage' || part.type === 'error', `${part.type} at ${index} of ${parts.length}`).toBe(index === parts.length - 1);
  }
  expect(parts.length).toBeGreaterThan(0);
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}
