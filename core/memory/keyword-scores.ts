import { SEARCH_RULES } from './search-rules.ts';
import { chunkOf, inHeading, type Occurrences, type PassageLength, type WordStatistics } from './word-index.ts';

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
 */
export function scoreKeywords(terms: readonly Occurrences[], statistics: WordStatistics, lengthOf: (chunk: number) => PassageLength, rules: KeywordRules = SEARCH_RULES): KeywordScores {
  const { k1, b, heading } = rules;
  const passages = Math.max(1, statistics.passages);
  const usual = (statistics.textTerms + heading * statistics.headingTerms) / passages || 1;
  const rowOf = new Map<number, number>();
  const chunks: number[] = [], sums: number[] = [], found: number[] = [], held: number[] = [];
  let most = 0;
  terms.forEach((occurrences, place) => {
    const rows: number[] = [], counts: number[] = [];
    for (let at = 0; at < occurrences.length;) {
      const chunk = chunkOf(occurrences[at]!);
      let count = 0;
      for (; at < occurrences.length && chunkOf(occurrences[at]!) === chunk; at++) count += inHeading(occurrences[at]!) ? heading : 1;
      let row = rowOf.get(chunk);
      if (row === undefined) {
        rowOf.set(chunk, row = chunks.length);
        const length = lengthOf(chunk);
        chunks.push(chunk); sums.push(0); found.push(0);
        held.push(k1 * (1 - b + b * (length.text + heading * length.heading) / usual));
      }
      rows.push(row); counts.push(count);
      found[row]! |= 1 << place;
    }
    const idf = Math.log(1 + Math.max(0, passages - rows.length + 0.5) / (rows.length + 0.5));
    most += idf * (k1 + 1);
    rows.forEach((row, at) => { sums[row]! += idf * (k1 + 1) * counts[at]! / (counts[at]! + held[row]!); });
  });
  const scores = Float64Array.from(sums, (sum) => sum / (most || 1));
  return {
    score: (chunk) => scores[rowOf.get(chunk) ?? -1] ?? 0,
    found: (chunk) => found[rowOf.get(chunk) ?? -1] ?? 0,
    best(count) {
      const least = count < scores.length ? scores.toSorted()[scores.length - count]! : -1;
      const rows: number[] = [];
      scores.forEach((score, row) => { if (score >= least) rows.push(row); });
      return rows.sort((left, right) => scores[right]! - scores[left]! || chunks[left]! - chunks[right]!).slice(0, count).map((row) => chunks[row]!);
    },
  };
}
