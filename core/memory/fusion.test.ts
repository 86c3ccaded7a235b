import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diversify, sharedTerms } from './diversity.ts';
import { fuse, type Candidate } from './fusion.ts';
import type { RankedChunk } from './memory.ts';

const score = fc.double({ min: 0, max: 1, noNaN: true });
const candidates = fc.uniqueArray(fc.record({
  chunk: fc.integer({ min: 1, max: 60 }), item: fc.integer({ min: 1, max: 12 }),
  keyword: fc.option(score.map((value) => ({ score: value, terms: ['word'] }))),
  vector: fc.option(fc.double({ min: -1, max: 1, noNaN: true }).map((cosine) => ({ score: 0.6 * cosine, cosine }))),
}), { selector: ({ chunk }) => chunk, maxLength: 40 }) as fc.Arbitrary<Candidate[]>;
const total = ({ keyword, vector }: Candidate): number => (keyword?.score ?? 0) + (vector?.score ?? 0);

describe('words and vectors together', () => {
  it('give the same as looking at everything by hand: each item once, with its best passage, best first', () => {
    fc.assert(fc.property(candidates, (all) => {
      const ranked = fuse(all);
      const byItem = Map.groupBy(all.filter((one) => total(one) > 0), ({ item }) => item);
      const expected = [...byItem.values()].map((own) => own.toSorted((a, b) => total(b) - total(a) || a.chunk - b.chunk)[0]!).sort((a, b) => total(b) - total(a) || a.chunk - b.chunk);
      expect(ranked.map(({ chunk }) => chunk)).toEqual(expected.map(({ chunk }) => chunk));
      for (const hit of ranked) expect(hit.score).toBe((hit.keyword?.score ?? 0) + (hit.vector?.score ?? 0));
    }));
  });

  it('give the same order whatever order they come in', () => {
    fc.assert(fc.property(candidates.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([all, shuffled]) => {
      expect(fuse(shuffled)).toEqual(fuse(all));
    }));
  });

  it('never put a hit lower for more of either', () => {
    fc.assert(fc.property(candidates, fc.nat(), score, fc.boolean(), (all, which, more, words) => {
      const one = all[which % Math.max(1, all.length)];
      fc.pre(one !== undefined && (words ? one.keyword : one.vector) !== null);
      const better: Candidate = words ? { ...one, keyword: { ...one.keyword!, score: one.keyword!.score + more } } : { ...one, vector: { ...one.vector!, score: one.vector!.score + more } };
      const place = (list: Candidate[]): number => fuse(list).findIndex(({ chunk }) => chunk === one.chunk);
      const before = place(all), after = place(all.map((each) => (each === one ? better : each)));
      if (before >= 0) { expect(after).toBeGreaterThanOrEqual(0); expect(after).toBeLessThanOrEqual(before); }
    }));
  });
});

const hit = (chunk: number, value: number): RankedChunk => ({ chunk, score: value, keyword: { score: value, terms: [] }, vector: null, alike: null });
const ranking = fc.array(score, { minLength: 1, maxLength: 20 }).map((scores) => scores.sort((a, b) => b - a).map((value, at) => hit(at + 1, value)));

describe('hits that say something new', () => {
  it('are a part of the hits, each once, and the best one stays first', () => {
    fc.assert(fc.property(ranking, fc.integer({ min: 1, max: 25 }), fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }), fc.double({ min: 0.05, max: 1, noNaN: true }), (ranked, limit, alike, trade) => {
      const taken = diversify(ranked, limit, (left, right) => alike[(left * right) % 7]!, trade);
      expect(taken.length).toBe(Math.min(limit, ranked.length));
      expect(new Set(taken.map(({ chunk }) => chunk)).size).toBe(taken.length);
      expect(taken[0]).toEqual(ranked[0]);
      for (const [place, { chunk, alike: held, score: value }] of taken.entries()) {
        expect(value).toBe(ranked[chunk - 1]!.score);
        expect(held !== null).toBe(chunk - 1 < place);
        if (held !== null) expect(held).toBeGreaterThanOrEqual(0);
      }
    }));
  });

  it('stand in the order of their scores when none is like another, or likeness does not count', () => {
    fc.assert(fc.property(ranking, (ranked) => {
      expect(diversify(ranked, 20, () => 0)).toEqual(ranked);
      expect(diversify(ranked, 20, () => -1)).toEqual(ranked);
      expect(diversify(ranked, 20, () => 1, 1)).toEqual(ranked);
    }));
  });

  it('leave the twin of the best one for later and say by how much', () => {
    const ranked = [hit(1, 0.9), hit(2, 0.89), hit(3, 0.6)];
    const taken = diversify(ranked, 3, (left, right) => (left + right === 3 ? 1 : 0));
    expect(taken.map(({ chunk }) => chunk)).toEqual([1, 3, 2]);
    expect(taken[2]?.alike).toBeCloseTo(0.9 * 3 / 7);
    expect(taken[1]?.alike).toBeNull();
  });

  it('are told apart by their terms where there are no vectors', () => {
    expect(sharedTerms(new Set(['a', 'b']), new Set(['a', 'b']))).toBeCloseTo(1);
    expect(sharedTerms(new Set(['a', 'b']), new Set(['c']))).toBe(0);
    expect(sharedTerms(new Set(), new Set())).toBe(0);
  });
});
