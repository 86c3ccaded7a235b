import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testTable } from '../../testing/coach.ts';
import { cosine } from '../coach/related-words.ts';
import { createBuiltInEmbedder } from './built-in-embedder.ts';

const table = testTable();
const embedder = createBuiltInEmbedder(table);
const { embedNow } = embedder;
const length = (vector: Float32Array): number => Math.sqrt(cosine(vector, vector));
const like = (a: string, b: string): number => cosine(embedNow(a), embedNow(b));
const meaning = (text: string): Float32Array => embedNow(text).subarray(0, table.dimensions);
const spelling = (text: string): Float32Array => embedNow(text).subarray(table.dimensions);
/** Cosine of one part, which stands in the whole with its share of the length. */
const part = (a: Float32Array, b: Float32Array): number => cosine(a, b) / (length(a) * length(b));

describe('the built-in embedder', () => {
  // A vector that changes without another id would be compared with older ones that it does not fit.
  it.each([
    ['Kubernetes restarts the pod', '3.464 -15.505 1.341 -0.673 -5.239 -1.960 2.651 -6.118'],
    ['invoice INV-20417', '-3.433 -4.084 -11.630 0.189 4.929 5.269 -9.414 1.827'],
    ['naïve Bayes isn’t CI/CD in C++ 12345', '5.080 2.321 -3.300 -3.628 3.159 -8.202 -7.105 -4.704'],
  ])('gives "%s" the same vector as ever', (text, numbers) => {
    expect(eightSums(embedNow(text))).toBe(numbers);
  });

  it('is called what it was called when these vectors were pinned', () => {
    expect(embedder).toMatchObject({ id: 'built-in-1', place: 'here', weight: 0.6, dimensions: 256 });
    expect(embedder.ready()).toBe(true);
  });

  it.each([
    ['reduced costs', 'increased costs', 0.7359],
    ['last in first out', 'first in first out', 0.7204],
    ['retry the payment', 'send the request again', 0.2569],
  ])('has the table\'s cosine of "%s" and "%s" in its first part', (a, b, expected) => {
    expect(part(meaning(a), meaning(b))).toBeCloseTo(expected, 3);
  });

  it('adds up to two thirds of meaning and one third of spelling', () => {
    for (const [a, b] of [['retry the payment', 'send the payments again'], ['Kubernetes outage', 'the kuberntes cluster went down']] as const) {
      expect(like(a, b)).toBeCloseTo((2 / 3) * part(meaning(a), meaning(b)) + (1 / 3) * part(spelling(a), spelling(b)), 5);
    }
  });

  it('finds misspelt words, names and codes nearer than others', () => {
    const part2 = (a: string, b: string): number => part(spelling(a), spelling(b));
    expect(part2('kuberntes', 'Kubernetes')).toBeGreaterThan(part2('kuberntes', 'accessibility') + 0.3);
    expect(part2('INV-20417', 'the invoice INV-20417')).toBeGreaterThan(part2('INV-20417', 'the invoice INV-88351') + 0.2);
    expect(part2('Ångström', 'angstrom')).toBeCloseTo(1, 5);
    expect(part2('переговоры', 'вели переговоры')).toBeGreaterThan(0.5);
  });

  it('gives unit vectors for whatever holds a character, zeros for the rest, and never anything but numbers', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }), fc.constantFrom('', ' \n', '🎉', '…!?', 'the of and', '12345678', '界', 'a', '\ud800', "'", 'x'.repeat(5000)));
    fc.assert(fc.property(text, (some) => {
      const vector = embedNow(some);
      expect(vector).toHaveLength(embedder.dimensions);
      expect(length(vector)).toBeCloseTo(/\S/.test(some) ? 1 : 0, 4);
    }), { numRuns: 500 });
  });

  it('does not mind order, case or accents, and embeds many as it embeds one', async () => {
    expect(like('payment team outage', 'OUTAGE Páyment team')).toBeCloseTo(1, 5);
    const texts = ['one', 'two words', ''];
    expect(await embedder.embed(texts, new AbortController().signal)).toEqual(texts.map(embedNow));
    await expect(embedder.embed(texts, AbortSignal.abort())).rejects.toThrow();
  });

  it('is quick enough for a transaction', () => {
    const words = 'the payment service failed twice because a queue was full and nobody had set a limit on retries'.split(' ');
    const passages = Array.from({ length: 200 }, (_, passage) => Array.from({ length: 300 }, (_unused, n) => `${words[(n * 7 + passage) % words.length]}${(n + passage) % 40 === 0 ? passage : ''}`).join(' '));
    const startedAt = performance.now();
    for (const passage of passages) embedNow(passage);
    expect((performance.now() - startedAt) / passages.length).toBeLessThan(5);
  });
});

/** Eight sums in which every number counts, and its place: enough to notice any change. */
const eightSums = (vector: Float32Array): string => Array.from({ length: 8 }, (_, part) => vector.subarray(part * 32, part * 32 + 32).reduce((sum, value, i) => sum + value * (i + 1), 0).toFixed(3)).join(' ');
