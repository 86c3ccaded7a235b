import type { RelatedWords } from '../coach/related-words.ts';
import { foldedWords, foldText } from './built-in-embedder.ts';

/** How alike a passage's words are to those of the query it was made for, 0 to 1. */
export type WordLikeness = (passage: string) => number;

/** What it counts beside BM25 over its query maximum and the cosine of the built-in embedder. */
export const WORD_LIKENESS_WEIGHT = 0.5;
/** Words as common as this (−ln p) and more are not looked for. */
const TELLING_FROM = 5;
/** Two words with fewer letter pairs and triples in common than this (Dice) have nothing to do with each other. */
const ALIKE_FROM = 0.3;
/** Words of a query that count: one bit of a number for each. */
const WORDS_MOST = 31;
/** A character in 6 bits: 0 between words, letters and digits of ASCII, and what is left for all other letters. */
const CODES = 64, FIRST_OTHER = 37;

/**
 * For a query: of each telling word, how well the passage's best-spelt match stands for it, weighted by how rare the word is. The same word
 * counts 1, others by the letter pairs and triples they share. So a misspelt word finds what it means, and a passage that has all of a query
 * goes before one that has a part of it often (after A. Monge and C. Elkan, The Field Matching Problem, 1996). For the passages that were
 * found: some 10 µs each. Never throws.
 */
export function createWordLikeness(table: RelatedWords): (query: string) => WordLikeness {
  /** For each pair and triple of letters the query's words that have it, a bit for each. Filled for one passage at a time. */
  const pairs = new Int32Array(CODES ** 2), triples = new Int32Array(CODES ** 3);

  return (query) => {
    const words = [...new Set(foldedWords(query))].map((word) => ({ weight: Math.max(0, table.rarity(word) - TELLING_FROM), codes: codesOf(word) })).filter(({ weight }) => weight > 0).slice(0, WORDS_MOST);
    const total = words.reduce((sum, { weight }) => sum + weight, 0);
    const best = new Float64Array(words.length), shared = new Int32Array(words.length);
    if (total === 0) return () => 0;

    return (passage) => {
      best.fill(0);
      mark((before, bit) => before | bit);
      const codes = codesOf(foldText(passage));
      for (let from = 1; from < codes.length; from++) {
        if (codes[from] === 0) continue;
        let to = from + 1;
        while (codes[to] !== 0) to++;
        compare(codes, from, to);
        from = to;
      }
      mark(() => 0);
      return words.reduce((sum, { weight }, w) => sum + weight * Math.max(0, (best[w]! - ALIKE_FROM) / (1 - ALIKE_FROM)), 0) / total;
    };

    /** One word of the passage with all of the query. A word of n letters has n + 1 pairs and n triples with its borders. */
    function compare(codes: Uint8Array, from: number, to: number): void {
      let found = 0;
      for (let at = from - 1; at < to; at++) {
        const pair = (codes[at]! << 6) | codes[at + 1]!;
        const inPair = pairs[pair]!, inTriple = at + 1 < to ? triples[(pair << 6) | codes[at + 2]!]! : 0;
        found |= inPair;
        for (let bits = inPair; bits !== 0; bits &= bits - 1) shared[31 - Math.clz32(bits & -bits)]!++;
        for (let bits = inTriple; bits !== 0; bits &= bits - 1) shared[31 - Math.clz32(bits & -bits)]!++;
      }
      for (let bits = found; bits !== 0; bits &= bits - 1) {
        const w = 31 - Math.clz32(bits & -bits);
        const grams = 2 * (to - from) + 1 + 2 * (words[w]!.codes.length - 2) + 1;
        best[w] = Math.max(best[w]!, Math.min(1, (2 * shared[w]!) / grams));
        shared[w] = 0;
      }
    }

    function mark(change: (before: number, bit: number) => number): void {
      for (const [w, { codes }] of words.entries()) {
        for (let at = 0; at + 1 < codes.length; at++) {
          const pair = (codes[at]! << 6) | codes[at + 1]!;
          pairs[pair] = change(pairs[pair]!, 1 << w);
          if (at + 2 < codes.length) triples[(pair << 6) | codes[at + 2]!] = change(triples[(pair << 6) | codes[at + 2]!]!, 1 << w);
        }
      }
    }
  };
}

/** The code of each character, with a border before and after. */
function codesOf(folded: string): Uint8Array {
  const codes = new Uint8Array(folded.length + 2);
  for (let i = 0; i < folded.length; i++) {
    const unit = folded.charCodeAt(i);
    if (unit >= 97 && unit <= 122) codes[i + 1] = unit - 96;
    else if (unit >= 48 && unit <= 57) codes[i + 1] = unit - 21;
    else if (unit > 127 && isWordUnit(unit)) codes[i + 1] = FIRST_OTHER + (unit % (CODES - FIRST_OTHER));
  }
  return codes;
}

/** Halves of characters beyond the first plane count as letters. */
const isWordUnit = (unit: number): boolean => (unit >= 0xd800 && unit <= 0xdfff) || /[\p{L}\p{N}]/u.test(String.fromCharCode(unit));
