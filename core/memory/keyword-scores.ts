import { SEARCH_RULES } from './search-rules.ts';
import { chunkOf, inHeading, type Occurrences, type WordStatistics } from './word-index.ts';

/** How much the words of a query say for each passage that holds any of them. */
export interface KeywordScores {
  /** 0 for a passage without any of the words, and always below 1. */
  score(chunk: number): number;
  /** Which terms stand in a passage, by their place in the query: bit 0 for the first. */
  found(chunk: number): number;
  /** The best passages, best first; equally good ones in the order of their numbers. All of them when there are no more. */
  best(count: number): number[];
}

export interface KeywordRules { k1: number; b: number; heading: number }

/**
 * BM25 over heading and text together, divided by the most this query could score, so that a weak match stays weak however few words were
 * found: the sum over all its terms of their weight times (k1 + 1), terms that stand nowhere included.
 * @param terms occurrences of each distinct term of the query, at most 31
 * @param lengthOf terms of a passage's text, and of its heading as often as `rules` count them
 */
export function scoreKeywords(terms: readonly Occurrences[], statistics: WordStatistics, lengthOf: (chunk: number) => number, rules: KeywordRules = SEARCH_RULES): KeywordScores {
  const { k1, b, heading } = rules;
  const passages = Math.max(1, statistics.passages);
  const usual = (statistics.textTerms + heading * statistics.headingTerms) / passages || 1;
  // Occurrences come in the order of their passages, so the last one of each term tells how far the numbers go.
  const last = terms.reduce((most, occurrences) => Math.max(most, chunkOf(occurrences.at(-1) ?? 0)), 0);
  const rowOf = new Int32Array(last + 1), rows = terms.reduce((sum, occurrences) => sum + occurrences.length, 0) + 1;
  const chunks = new Float64Array(rows), scores = new Float64Array(rows), held = new Float64Array(rows), found = new Int32Array(rows), countsOf = new Float64Array(rows), rowsOf = new Int32Array(rows);
  let used = 1, most = 0; // row 0 is that of every passage without any of the words
  terms.forEach((occurrences, place) => {
    let holding = 0;
    for (let at = 0; at < occurrences.length;) {
      const chunk = chunkOf(occurrences[at]!);
      let count = 0;
      for (; at < occurrences.length && chunkOf(occurrences[at]!) === chunk; at++) count += inHeading(occurrences[at]!) ? heading : 1;
      let row = rowOf[chunk]!;
      if (row === 0) {
        row = rowOf[chunk] = used++;
        chunks[row] = chunk;
        held[row] = k1 * (1 - b + b * lengthOf(chunk) / usual);
      }
      rowsOf[holding] = row;
      countsOf[holding++] = count;
      found[row]! |= 1 << place;
    }
    const weight = Math.log(1 + Math.max(0, passages - holding + 0.5) / (holding + 0.5)) * (k1 + 1);
    most += weight;
    for (let at = 0; at < holding; at++) scores[rowsOf[at]!]! += weight * countsOf[at]! / (countsOf[at]! + held[rowsOf[at]!]!);
  });
  for (let row = 1; row < used; row++) scores[row]! /= most;
  return {
    score: (chunk) => scores[rowOf[chunk] ?? 0] ?? 0,
    found: (chunk) => found[rowOf[chunk] ?? 0] ?? 0,
    best: (count) => bestRows(scores.subarray(0, used), count, (left, right) => chunks[left]! - chunks[right]!).map((row) => chunks[row]!),
  };
}

/** Rows with the highest scores, but for row 0. Sorts a few at a time, since most of many are below what was found already. */
function bestRows(scores: Float64Array, count: number, equals: (left: number, right: number) => number): number[] {
  const sorted = (rows: number[]): number[] => rows.sort((left, right) => scores[right]! - scores[left]! || equals(left, right)).slice(0, count);
  let kept: number[] = [], least = -1;
  for (let row = 1; row < scores.length; row++) {
    if (scores[row]! < least) continue;
    kept.push(row);
    if (kept.length < 4 * count) continue;
    kept = sorted(kept);
    least = scores[kept.at(-1)!]!;
  }
  return sorted(kept);
}
