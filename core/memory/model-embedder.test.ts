import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOptions, startTinyLlama } from '../../testing/tiny-llama.ts';
import { tinyModel } from '../../testing/tiny-model.ts';
import { createModelEmbedder, createModelEmbedders, type EmbedderSource, type KnownEmbedder } from './model-embedder.ts';

const never = new AbortController().signal;
const small: KnownEmbedder = { embedderId: 'local/small', name: 'Small', place: 'here', ready: true };

/** A source that answers as the test says, and keeps what it was asked. */
class Source implements EmbedderSource {
  known: KnownEmbedder[] = [small];
  answer: (texts: string[]) => { vectors: Float32Array[]; embedderId: string } | undefined = (texts) => ({ vectors: texts.map((text) => Float32Array.of(text.length, 1)), embedderId: 'local/small' });
  readonly asked: string[][] = [];
  readonly wanted: string[] = [];
  embedders(): KnownEmbedder[] { return this.known; }
  async embed(texts: string[], _signal: AbortSignal, only: string) { this.asked.push(texts); this.wanted.push(only); return this.answer(texts); }
}
const length = (vector: Float32Array): number => Math.hypot(...vector);

describe('an embedder over a model', () => {
  it('gives unit vectors in order, sixteen texts a call, from the one embedder it stands for', async () => {
    const source = new Source();
    const embedder = createModelEmbedder(source, small);
    const texts = Array.from({ length: 35 }, (_, index) => 'x'.repeat(index + 1));
    const vectors = await embedder.embed(texts, never);
    expect(source.asked.map((batch) => batch.length)).toEqual([16, 16, 3]);
    expect(new Set(source.wanted)).toEqual(new Set(['local/small']));
    vectors.forEach((vector, index) => { expect(length(vector)).toBeCloseTo(1, 6); expect(vector[0]! / vector[1]!).toBeCloseTo(index + 1, 3); });
    expect(await embedder.embed([], never)).toEqual([]);
    expect(embedder).toMatchObject({ id: 'local/small', name: 'Small', place: 'here' });
  });

  it.each([
    ['no answer', () => undefined, 'no-answer', true],
    ['another embedder\'s', (texts: string[]) => ({ vectors: texts.map(() => Float32Array.of(1, 0)), embedderId: 'cloud/large' }), 'other-embedder', true],
    ['another length than before', (texts: string[]) => ({ vectors: texts.map(() => Float32Array.of(1, 0, 0)), embedderId: 'local/small' }), 'other-length', false],
    ['too few', () => ({ vectors: [], embedderId: 'local/small' }), 'not-vectors', true],
    ['no numbers', (texts: string[]) => ({ vectors: texts.map(() => Float32Array.of(Number.NaN, 1)), embedderId: 'local/small' }), 'not-vectors', true],
    ['endless numbers', (texts: string[]) => ({ vectors: texts.map(() => Float32Array.of(Infinity, 1)), embedderId: 'local/small' }), 'not-vectors', true],
    ['zeros', (texts: string[]) => ({ vectors: texts.map(() => Float32Array.of(0, 0)), embedderId: 'local/small' }), 'not-vectors', true],
  ] as const)('refuses vectors that are %s', async (_what, answer, fault, retryable) => {
    const source = new Source();
    const embedder = createModelEmbedder(source, small);
    await embedder.embed(['first'], never);
    source.answer = answer;
    await expect(embedder.embed(['second'], never)).rejects.toMatchObject({ name: 'EmbedderError', fault, retryable });
  });

  it('refuses vectors of two lengths in one answer', async () => {
    const source = new Source();
    source.answer = () => ({ vectors: [Float32Array.of(1, 0), Float32Array.of(1, 0, 0)], embedderId: 'local/small' });
    await expect(createModelEmbedder(source, small).embed(['one', 'two'], never)).rejects.toMatchObject({ fault: 'other-length' });
  });

  it('cuts a text that is too long at a word, and never a character in two', async () => {
    const source = new Source();
    const embedder = createModelEmbedder(source, { ...small, inputTokens: 4 });
    await embedder.embed(['short', 'fourteen chars', 'some longer words here', 'aaaaaaaaaaaaaaaaaaaaaa', `aaaaaaaaaaaaa🙂🙂`], never);
    expect(source.asked[0]).toEqual(['short', 'fourteen chars', 'some longer', 'aaaaaaaaaaaaaa', 'aaaaaaaaaaaaa']);
    await createModelEmbedder(source, small).embed(['word '.repeat(1000)], never);
    expect(source.asked[1]![0]!.length).toBeLessThanOrEqual(1792);
  });

  it('puts the makers\' words before queries and passages, and is another embedder then', async () => {
    const source = new Source();
    const embedder = createModelEmbedder(source, { ...small, prefixes: { query: 'search_query: ', passage: 'search_document: ' } });
    await embedder.embed(['a passage'], never);
    await embedder.embedQuery('a query', never);
    expect(source.asked).toEqual([['search_document: a passage'], ['search_query: a query']]);
    expect(embedder.id).toBe('local/small (search_document:)');
    const onlyQueries = createModelEmbedder(source, { ...small, prefixes: { query: 'Q: ', passage: '' } });
    expect(onlyQueries.id).toBe('local/small');
  });

  it('ends when it is cancelled, also when the source answers nevertheless', async () => {
    const source = new Source();
    const stop = new AbortController();
    await expect(createModelEmbedder(source, small).embed(['x'], AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(source.asked).toEqual([]);
    source.answer = () => { stop.abort(); return undefined; };
    await expect(createModelEmbedder(source, small).embed(['x'], stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is ready as long as the source would try it, and stays the same object for the same model', () => {
    const source = new Source();
    const all = createModelEmbedders(source);
    const [first] = all();
    expect(first?.ready()).toBe(true);
    source.known = [{ ...small, ready: false }, { ...small, embedderId: 'cloud/large', place: 'away' }];
    expect(all().map(({ id, place }) => [id, place])).toEqual([['local/small', 'here'], ['cloud/large', 'away']]);
    expect(all()[0]).toBe(first);
    expect(first?.ready()).toBe(false);
    source.known = [];
    expect(all()).toEqual([]);
    expect(first?.ready()).toBe(false);
  });
});

describe('with a real model', () => {
  let tiny: Awaited<ReturnType<typeof startTinyLlama>>;
  beforeAll(async () => {
    tiny = await startTinyLlama({ load: { modelId: 'embedder', role: 'embedder', file: tinyModel({ embedder: true }), contextTokens: null } });
  }, 120_000);
  afterAll(() => tiny.stop());

  it('makes unit vectors of one length that tell like from unlike, also of a text that is far too long', async () => {
    const source: EmbedderSource = {
      embedders: () => [{ ...small, embedderId: 'local/embedder' }],
      embed: async (texts, signal) => ({ vectors: await tiny.llama.embed('embedder', texts, callOptions({ signal })), embedderId: 'local/embedder' }),
    };
    const [embedder] = createModelEmbedders(source)();
    const texts = ['queues and caches', 'queues and cache', 'ZZZZ 9999', 'long '.repeat(10_000), ...Array.from({ length: 20 }, (_, n) => `passage ${n}`)];
    const vectors = await embedder!.embed(texts, never);
    expect(vectors).toHaveLength(24);
    for (const vector of vectors) { expect(length(vector)).toBeCloseTo(1, 5); expect(vector.length).toBe(vectors[0]!.length); }
    const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(cosine(vectors[0]!, vectors[1]!)).toBeGreaterThan(cosine(vectors[0]!, vectors[2]!));
    expect(await embedder!.embedQuery(texts[0]!, never)).toEqual(vectors[0]);
  }, 60_000);
});
