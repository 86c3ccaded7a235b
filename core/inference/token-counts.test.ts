import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConfigInMemory, connection, ScriptedModel, ScriptedPool } from '../../testing/scripted-models.ts';
import { callOptions, collectParts, saying, startTinyLlama, stateOf, TINY, tinyLoad, until } from '../../testing/tiny-llama.ts';
import { temporaryFolder } from '../../testing/engine.ts';
import { seededRng, SettableClock } from '../sources.ts';
import { claimDataFolder } from '../storage/data-folder.ts';
import { openStore } from '../storage/open-store.ts';
import { createTelemetry } from '../telemetry/index.ts';
import { countTokens } from '../tokens.ts';
import { InferenceError } from './inference-error.ts';
import type { LanguageModel, Tokenizer } from './language-model.ts';
import type { Connection } from './models-config.ts';
import type { LlamaHost } from './providers/llama/llama-host.ts';
import { providerOfKind } from './provider-registry.ts';
import { createRouter } from './router.ts';

const START = '2026-11-20T09:00:00.000Z';
const LANE = 'interactive-deep';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => { for (const stop of stops.splice(0)) await stop(); });

function setUp(models: LanguageModel[], connections: Connection[]) {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  const clock = new SettableClock(START);
  const { store } = openStore(folder, () => START);
  const config = new ConfigInMemory(connections, { order: connections.map(({ id }) => id) });
  const pool = new ScriptedPool(config, models);
  const telemetry = createTelemetry({ store, clock });
  const router = createRouter({ config, pool, store, clock, rng: seededRng(1), telemetry, onChange: () => {} });
  stops.push(async () => { await router.close(); await telemetry.close(); store.close(); folder.release(); temporary.dispose(); });
  return { router, pool };
}

/** The model that a real provider makes of a connection. */
function modelOf(own: Connection, llama?: LlamaHost): LanguageModel {
  const refuse = (): never => { throw new Error('counting asks nobody outside'); };
  return providerOfKind(own.kind).languageModel(own, { fetchFor: refuse, key: () => 'key', llama: llama ?? ({} as LlamaHost) });
}
const router = (own: Connection, llama?: LlamaHost) => setUp([modelOf(own, llama)], [own]).router;

/** A model that counts words, and how often it was asked. */
function counting(count: Tokenizer['count'] = async (texts) => texts.map((text) => text.split(' ').length)): LanguageModel & { tokenizer: Tokenizer } {
  return Object.assign(new ScriptedModel('local', []), { tokenizer: { name: 'words', exact: true, count: vi.fn<Tokenizer['count']>(count) } });
}
const local = connection('local', { kind: 'llama', needsKey: false });

describe('the tokens of a text', () => {
  const TEXT = 'In 2024 I cut the p95 from 1,800 to 240 ms — naïve caching was not enough. 我很喜欢。\n\n```ts\nconst x = 1;\n```';

  it('are OpenAI’s own for its models, asking nobody', async () => {
    expect(await router(connection('openai', { model: 'gpt-6-luna' })).countTokens(LANE, [TEXT, '', 'Tell me about a time you changed your mind.', '<|im_end|>']))
      .toEqual({ counts: [40, 0, 10, 6], tokenizer: 'o200k_base', exact: true });
  });

  it.each([['an older model', { kind: 'openai', model: 'gpt-4-turbo' }], ['a server that speaks its language', { kind: 'openai-compatible', model: 'llama3', baseUrl: 'http://127.0.0.1:1/v1' }]] as const)(
    'are counted the same way for %s, and not said to be exact', async (_, change) => {
      expect(await router(connection('other', change)).countTokens(LANE, [TEXT])).toEqual({ counts: [await countTokens(TEXT)], tokenizer: 'o200k_base', exact: false });
    });

  it('are estimated, rather too many, where nobody else can count: Anthropic, and nobody at all', async () => {
    const estimated = { counts: [Math.ceil(1000 / 3.5)], tokenizer: 'estimate', exact: false };
    expect(await router(connection('claude', { kind: 'anthropic' })).countTokens(LANE, ['x'.repeat(1000)])).toEqual(estimated);
    const { router: alone, pool } = setUp([counting()], [local]);
    pool.readinessOf.set('local', { state: 'failed', says: 'Gone.' });
    expect(await alone.countTokens(LANE, ['x'.repeat(1000)])).toEqual(estimated);
  });

  it('are those of whoever answers now, not of whoever did', async () => {
    const { router: both, pool } = setUp([counting(), modelOf(connection('openai'))], [local, connection('openai')]);
    expect(await both.countTokens(LANE, ['naïve caching'])).toMatchObject({ counts: [2], tokenizer: 'words' });
    pool.readinessOf.set('local', { state: 'failed', says: 'Gone.' });
    expect(await both.countTokens(LANE, ['naïve caching'])).toMatchObject({ tokenizer: 'o200k_base', counts: [await countTokens('naïve caching')] });
  });
});

describe('a text that was counted', () => {
  it('is not counted again, also within one call, until the person is forgotten', async () => {
    const model = counting();
    const { router: one } = setUp([model], [local]);
    expect((await one.countTokens(LANE, ['a b', 'c', 'a b'])).counts).toEqual([2, 1, 2]);
    expect((await one.countTokens(LANE, ['c', 'd e f', 'a b'])).counts).toEqual([1, 3, 2]);
    expect(vi.mocked(model.tokenizer.count).mock.calls).toEqual([[['a b', 'c']], [['d e f']]]);
    one.forget();
    await one.countTokens(LANE, ['c']);
    expect(model.tokenizer.count).toHaveBeenLastCalledWith(['c']);
  });

  it('is not remembered when the person was forgotten while it was counted', async () => {
    let answer: (counts: number[]) => void = () => {};
    const model = counting(() => new Promise((resolve) => { answer = resolve; }));
    const { router: one } = setUp([model], [local]);
    const waiting = one.countTokens(LANE, ['secret']);
    one.forget();
    answer([1]);
    expect((await waiting).counts).toEqual([1]);
    void one.countTokens(LANE, ['secret']);
    expect(model.tokenizer.count).toHaveBeenCalledTimes(2);
  });

  it('makes room for others: the longest unused first, and no text of its own size takes it all', async () => {
    const model = counting(async (texts) => texts.map(() => 7));
    const { router: one } = setUp([model], [local]);
    const texts = Array.from({ length: 60 }, (_, index) => `${index} `.padEnd(40_000, 'x'));
    for (const text of texts) { await one.countTokens(LANE, [text]); await one.countTokens(LANE, [texts[0] ?? '']); }
    expect(model.tokenizer.count).toHaveBeenCalledTimes(60);
    await one.countTokens(LANE, [texts[1] ?? '']);
    expect(model.tokenizer.count).toHaveBeenCalledTimes(61);
    for (let times = 0; times < 2; times++) await one.countTokens(LANE, ['y'.repeat(600_000)]);
    expect(model.tokenizer.count).toHaveBeenCalledTimes(63);
  });

  it('is estimated when its tokenizer fails, and counted at the next chance', async () => {
    let broken = true;
    const model = counting(async (texts) => { if (broken) throw new InferenceError('crashed'); return texts.map(() => 3); });
    const { router: one } = setUp([model], [local]);
    expect(await one.countTokens(LANE, ['some words'])).toEqual({ counts: [3], tokenizer: 'estimate', exact: false });
    broken = false;
    expect(await one.countTokens(LANE, ['some words'])).toEqual({ counts: [3], tokenizer: 'words', exact: true });
  });
});

describe('a model on this machine', () => {
  let tiny: Awaited<ReturnType<typeof startTinyLlama>>;
  beforeAll(async () => { tiny = await startTinyLlama(); }, 60_000);
  afterAll(async () => { await tiny.stop(); });
  const own = connection('local', { kind: 'llama', needsKey: false, model: TINY });
  const promptTokens = async (text: string): Promise<number> => {
    const { last } = await collectParts(tiny.llama.stream(TINY, saying(text, { maxOutputTokens: 1 }), callOptions()));
    return last?.type === 'usage' ? last.usage.inputTokens ?? NaN : NaN;
  };

  it('counts to the token what its process reads, the template apart', async () => {
    const texts = ['Hello', 'I led a team of 12 people for 3 years.', 'naïve — 我 <|im_end|> {}', 'x '.repeat(600)];
    // An empty message is left out of a template as a whole.
    const template = await promptTokens('Q') - 1;
    const { counts, exact, tokenizer } = await router(own, tiny.llama).countTokens(LANE, texts);
    expect([exact, tokenizer]).toEqual([true, `gguf ${TINY}`]);
    for (const [index, text] of texts.entries()) expect(await promptTokens(text), text.slice(0, 30)).toBe(template + (counts[index] ?? 0));
  }, 60_000);

  it('counts more than one message holds', async () => {
    const texts = Array.from({ length: 30 }, (_, index) => 'ab '.repeat(5_000 + index));
    const { counts, exact } = await router(own, tiny.llama).countTokens(LANE, texts);
    expect(exact).toBe(true);
    expect(counts).toEqual(await Promise.all(texts.map(async (text) => (await tiny.llama.countTokens(TINY, [text]))[0])));
  }, 60_000);

  it('is estimated while it is not loaded, and not loaded for counting', async () => {
    const { llama, stop } = await startTinyLlama({ load: null });
    try {
      expect(await router(own, llama).countTokens(LANE, ['Hello'])).toEqual({ counts: [2], tokenizer: 'estimate', exact: false });
      expect([llama.pid, stateOf(llama)]).toEqual([undefined, 'empty']);
    } finally { await stop(); }
  });

  it('is estimated when its process dies meanwhile, and counts again when it is back', async () => {
    const { llama, stop } = await startTinyLlama();
    try {
      const one = router(own, llama);
      const texts = Array.from({ length: 20 }, (_, index) => `${index} ${'word '.repeat(30_000)}`);
      const waiting = one.countTokens(LANE, texts);
      process.kill(llama.pid ?? 0, 'SIGKILL');
      expect(await waiting).toMatchObject({ tokenizer: 'estimate', exact: false, counts: texts.map(({ length }) => Math.ceil(length / 3.5)) });
      await until(() => stateOf(llama) === 'loaded', 'the model is back');
      expect(await one.countTokens(LANE, ['Hello'])).toMatchObject({ exact: true });
    } finally { await stop(); }
  }, 60_000);

  it('counts for an embedder on its own lane', async () => {
    await tiny.llama.load(tinyLoad({ role: 'embedder', modelId: 'vectors', name: 'Vectors', contextTokens: 512 }));
    const both = connection('local', { kind: 'llama', needsKey: false, model: TINY, embeddingModel: 'vectors' });
    const { router: one, pool } = setUp([modelOf(both, tiny.llama)], [both]);
    const embedder = providerOfKind('llama').embeddingModel(both, { fetchFor: () => fetch, key: () => undefined, llama: tiny.llama });
    if (embedder) pool.embedders.set('local', embedder);
    expect(await one.countTokens('embedding', ['abc'])).toEqual({ counts: await tiny.llama.countTokens('vectors', ['abc']), tokenizer: 'gguf vectors', exact: true });
  }, 60_000);
});
