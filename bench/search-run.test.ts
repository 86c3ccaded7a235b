import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBuiltInEmbedder } from '../core/memory/built-in-embedder.ts';
import { temporaryFolder } from '../testing/engine.ts';
import { relatedWords } from '../testing/memory.ts';
import { ndcg, rankFusion, withInterval } from './retrieval-quality.ts';
import { runCollection } from './search-run.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => { folder = temporaryFolder(); });
afterEach(() => { folder.dispose(); });

const file = (name: string, lines: readonly string[]): string => { const path = join(folder.path, name); writeFileSync(path, lines.join('\n')); return path; };
const line = (id: string, text: string, title?: string): string => JSON.stringify({ id, text, ...(title === undefined ? {} : { title }) });
function run(docs: readonly string[], queries: readonly string[], limit = 10): string[] {
  const out = join(folder.path, 'run.tsv');
  runCollection(folder.path, createBuiltInEmbedder(relatedWords()), { docsFile: file('docs.jsonl', docs), queriesFile: file('queries.jsonl', queries), out, limit });
  return readFileSync(out, 'utf8').trimEnd().split('\n');
}

describe('the search over any collection', () => {
  it('writes query, document and score, best first, each document once however long it is', () => {
    const lines = run([line('a', 'We moved the ledger to Postgres. '.repeat(200), 'Ledger'), line('b', 'A ledger once.', ''), line('c', 'Cooking with friends.', 'Dinner'), ''], [line('q1', 'ledger Postgres'), line('q2', '')]);
    const rows = lines.map((row) => row.split('\t'));
    expect(rows.every(([query, , score]) => query === 'q1' && /^\d\.\d{6}$/.test(score ?? ''))).toBe(true);
    expect(rows.map(([, document]) => document).slice(0, 2)).toEqual(['a', 'b']);
    expect(new Set(rows.map(([, document]) => document)).size).toBe(rows.length);
    expect(rows.map(([, , score]) => Number(score))).toEqual(rows.map(([, , score]) => Number(score)).sort((x, y) => y - x));
  });

  it('gives as many documents as asked for', () => {
    const docs = Array.from({ length: 260 }, (_, n) => line(`d${n}`, `the ledger of team ${n}`, `Title ${n}`));
    expect(run(docs, [line('q', 'ledger')], 220)).toHaveLength(220);
  });

  it.each([
    ['not JSON', '{"id": "b"'], ['"id" has to be text without tabs', line('b\tc', 'x', '')], ['"id" has to be text without tabs', '[]'], ['"text" has to be text', '{"id":"b","title":"t"}'],
    ['"title" has to be text', '{"id":"b","title":3,"text":"t"}'], ['"a" was there before', line('a', 'again', '')],
  ])('says where and why it stops: %s', (reason, bad) => {
    expect(() => run([line('a', 'fine', ''), '', bad], [line('q', 'x')])).toThrow(`${join(folder.path, 'docs.jsonl')}:3: ${reason}`);
  });
});

describe('figures of a ranking', () => {
  it('are nDCG@10 with gain 2^grade − 1, worked by hand', () => {
    const grades = new Map([['a', 3], ['b', 1], ['c', 0]]);
    expect(ndcg(['a', 'b'], grades)).toBe(1);
    expect(ndcg(['x', 'a'], grades)).toBeCloseTo((7 / Math.log2(3)) / (7 + 1 / Math.log2(3)));
    expect(ndcg([], grades)).toBe(0);
    expect(ndcg([...'0123456789'].concat('a'), grades)).toBe(0);
  });

  it('put ranks together by their reciprocals', () => {
    expect(rankFusion([['a', 'b', 'c'], ['c', 'a']])).toEqual(['a', 'c', 'b']);
  });

  it('come with the same interval each time', () => {
    expect(withInterval([0, 1, 1, 0, 1])).toBe(withInterval([0, 1, 1, 0, 1]));
    expect(withInterval([0.5, 0.5])).toBe('0.500 [0.500, 0.500]');
  });
});
