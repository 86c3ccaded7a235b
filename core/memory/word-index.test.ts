import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/engine.ts';
import { openPassageStore, type PassageStore } from '../../testing/passage-store.ts';
import { scoreKeywords } from './keyword-scores.ts';
import { queryWords } from './query-terms.ts';
import { chunkOf, inHeading, WordIndex } from './word-index.ts';

let folder: ReturnType<typeof temporaryFolder>;
let memory: PassageStore;
let words: WordIndex;
beforeEach(() => { folder = temporaryFolder(); memory = openPassageStore(folder.path); words = new WordIndex(memory.store); });
afterEach(() => { memory.close(); folder.dispose(); });

const text = fc.array(fc.constantFrom('ledger', 'Ledgers', 'cache', 'naïve', 'p95', '日本', 'the'), { maxLength: 300 }).map((list) => list.join(' '));

describe('what the full-text index knows', () => {
  it('agrees with counting by hand, passage by passage, whatever was added and deleted', () => {
    const now = new Map<number, { heading: string; text: string }>();
    fc.assert(fc.property(fc.array(fc.record({ heading: text, text, gone: fc.boolean() }), { maxLength: 4 }), (added) => {
      for (const { heading, text: body, gone } of added) {
        const [chunk = 0] = memory.add({ title: heading, passages: [body] });
        if (gone) memory.store.write(() => memory.store.prepare('DELETE FROM memory_item WHERE id = (SELECT item FROM memory_chunk WHERE id = ?)').run(chunk));
        else now.set(chunk, { heading, text: body });
      }
      const count = (value: string): number => value.split(' ').filter(Boolean).length;
      const all = [...now.values()];
      expect(words.statistics()).toEqual({ passages: now.size, headingTerms: all.reduce((sum, one) => sum + count(one.heading), 0), textTerms: all.reduce((sum, one) => sum + count(one.text), 0) });
      for (const [chunk, one] of now) for (const heading of [0, 1, 2.5]) expect(words.lengths(heading)(chunk)).toBe(count(one.text) + heading * count(one.heading));
      const found = words.occurrences('ledger');
      const places = (part: 'heading' | 'text'): number[] => [...now].flatMap(([chunk, one]) => (one[part].match(/ledgers?/gi) ?? []).map(() => chunk));
      expect(found.filter((one) => !inHeading(one)).map(chunkOf)).toEqual(places('text'));
      expect(found.filter(inHeading).map(chunkOf)).toEqual(places('heading'));
      expect(words.passagesWith('ledger')).toBe(new Set(found.map(chunkOf)).size);
    }), { numRuns: 30 });
  });

  it('holds what a transaction added before it is committed, and forgets it when that is taken back', () => {
    memory.add({ passages: ['one two three'] });
    words.lengths(1);
    expect(() => memory.store.write(() => {
      const [chunk = 0] = memory.add({ passages: ['ledger ledger'] });
      expect(words.occurrences('ledger').map(chunkOf)).toEqual([chunk, chunk]);
      expect(words.statistics()).toMatchObject({ passages: 2, textTerms: 5 });
      expect(words.lengths(1)(chunk)).toBe(2);
      throw new Error('taken back');
    })).toThrow('taken back');
    expect(words.occurrences('ledger')).toEqual([]);
    const [chunk = 0] = memory.add({ passages: ['another text under the same number'] });
    expect(chunk).toBe(2);
    expect(words.lengths(1)(chunk)).toBe(6);
  });

  it('cuts and stems the words of a query as it does those of passages', () => {
    expect(words.termsOf(['Migrations', 'Résumé', 'straße', 'STRASSE', '日本語', 'k8s', "don't", '☃'])).toEqual([['migrat'], ['resum'], ['straß'], ['strass'], ['日本語'], ['k8'], ['don', 't'], []]);
    expect(words.termsOf(['Migrations', 'new'])).toEqual([['migrat'], ['new']]);
    expect(memory.store.prepare('SELECT count(*) FROM temp.memory_words').pluck().get()).toBe(0);
  });

  it('lets the file be vacuumed and the tables be checked', () => {
    memory.add({ passages: ['one two three'] });
    expect(() => memory.store.sql.exec('VACUUM')).not.toThrow();
    expect(memory.store.sql.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(words.occurrences('two').map(chunkOf)).toEqual([1]);
  });
});

describe('places of a query’s words in a passage', () => {
  it('are whole words in any of their forms, and stand where they are said to', () => {
    const passage = 'She migrated 😀 the “ledgers”: a Résumé of migrations, not immigrants.';
    const found = words.places(queryWords('migrate the ledger, resume'), passage);
    expect(found.map(({ start, end }) => passage.slice(start, end))).toEqual(['migrated', 'ledgers', 'Résumé', 'migrations']);
  });

  it('can be asked for with any text and any query', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 200 }), (query, passage) => {
      let before = 0;
      for (const { start, end } of words.places(queryWords(query), passage)) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        before = end;
      }
      expect(before).toBeLessThanOrEqual(passage.length);
    }));
  });
});

describe('BM25 over the most a query could score', () => {
  const statistics = { passages: 10, headingTerms: 0, textTerms: 100 };
  const ten = (): number => 10;
  const at = (...chunks: number[]): number[] => chunks.map((chunk) => 2 * chunk);

  it('stays weak when one of many words was found, and below 1 for all of them', () => {
    const one = scoreKeywords([at(1), [], [], []], statistics, ten), all = scoreKeywords([at(1, 1, 1), at(1), at(1), at(1, 1)], statistics, ten);
    expect(one.score(1)).toBeLessThan(0.25);
    expect(all.score(1)).toBeGreaterThan(0.6);
    expect(all.score(1)).toBeLessThan(1);
    expect(all.found(1)).toBe(0b1111);
    expect(one.score(2)).toBe(0);
  });

  it('prefers rarer words, more of them, in the heading, in shorter passages', () => {
    const best = (terms: number[][], length: (chunk: number) => number = ten): number | undefined => scoreKeywords(terms, statistics, length).best(1)[0];
    expect(best([at(1), at(2, 3, 4, 5)])).toBe(1);
    expect(best([at(1, 2, 2)])).toBe(2);
    expect(best([[...at(1), 5]])).toBe(2);
    expect(best([at(1, 2)], (chunk) => (chunk === 1 ? 20 : 10))).toBe(2);
  });

  it('gives the best of many in order, equally good ones by their number', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 100 });
    fc.assert(fc.property(some, some, fc.integer({ min: 1, max: 30 }), (one, other, count) => {
      const terms = [one, other].map((chunks) => chunks.toSorted((a, b) => a - b).flatMap((chunk) => at(...Array.from({ length: 1 + chunk % 2 }, () => chunk))));
      const scores = scoreKeywords(terms, { passages: 1000, headingTerms: 0, textTerms: 10_000 }, ten);
      expect(scores.best(count)).toEqual([...new Set([...one, ...other])].sort((a, b) => scores.score(b) - scores.score(a) || a - b).slice(0, count));
    }));
  });

  it('gives the lowest numbers of very many that are equally good', () => {
    const numbers = (from: number): number[] => Array.from({ length: 100 }, (_, n) => from + n);
    expect(scoreKeywords([at(...numbers(201)), at(...numbers(1))], { passages: 1000, headingTerms: 0, textTerms: 10_000 }, ten).best(10)).toEqual(numbers(1).slice(0, 10));
  });

  it('takes a word that every passage has for nearly nothing, and no passages for none', () => {
    expect(scoreKeywords([at(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), []], statistics, ten).score(1)).toBeLessThan(0.05);
    expect(scoreKeywords([[]], { passages: 0, headingTerms: 0, textTerms: 0 }, ten).best(5)).toEqual([]);
  });
});
