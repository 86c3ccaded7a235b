import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cosine, readRelatedWords, tableWords } from './related-words.ts';
import { tableFile, testTable } from '../../testing/coach.ts';

const table = testTable();
const folder = mkdtempSync(join(tmpdir(), 'related-words-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the table of related words', () => {
  it.each([
    ['Kubernetes restarts the pod', [0.18209, 0.12421, 0.08525, 0.05720, -0.16837, 0.18814]],
    ['idempotencykeyz', [0.08526, 0.03947, 0.26730, -0.03906, 0.22445, -0.08941]],
    ['naïve Bayes isn’t CI/CD in C++ 12345 node.js', [0.10343, -0.14481, 0.00114, -0.26098, -0.05006, 0.07075]],
  ])('gives "%s" the vector that the format defines', (text, start) => {
    expect(table.embed(text).slice(0, 6)).toSatisfy((vector: Float32Array) => start.every((value, i) => Math.abs(vector[i]! - value) < 1e-4));
  });

  it.each([
    ['reduced costs', 'increased costs', 0.7359],
    ['last in first out', 'first in first out', 0.7204],
    ['retry the payment', 'send the request again', 0.2569],
  ])('puts "%s" and "%s" at cosine %d', (a, b, expected) => {
    expect(cosine(table.embed(a), table.embed(b))).toBeCloseTo(expected, 3);
  });

  it('knows how rare words are, and gives unknown ones a fixed high rarity', () => {
    expect(table.rarity('the')).toBeCloseTo(2.6927, 3);
    expect(table.rarity('kubernetes')).toBeCloseTo(8.4377, 3);
    expect(table.rarity('qqqqq')).toBeCloseTo(17.2953, 3);
  });

  it('gives texts without known words an all-zero vector', () => {
    expect(table.embed('').every((value) => value === 0)).toBe(true);
    expect(table.wordVector('9876543')).toBeNull();
  });

  it('keeps names with signs in them whole and folds accents', () => {
    expect(tableWords('Naïve C++, C# and node.js isn’t CI/CD 123456')).toEqual(['naive', 'c++', 'c#', 'and', 'node.js', "isn't", 'ci/cd']);
  });

  it('refuses a file of another kind and one that is cut short', () => {
    const other = join(folder, 'other.rae'), short = join(folder, 'short.rae');
    writeFileSync(other, 'PK\u0003\u0004 something else');
    writeFileSync(short, readFileSync(tableFile).subarray(0, 100_000));
    expect(() => readRelatedWords(other)).toThrow('not a table of related words');
    expect(() => readRelatedWords(short)).toThrow('cut short');
  });
});
