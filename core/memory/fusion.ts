import type { RankedChunk } from './memory.ts';

/** A passage with what its words and its vector say for it. */
export interface Candidate { chunk: number; item: number; keyword: RankedChunk['keyword']; vector: RankedChunk['vector'] }

/**
 * Puts words and vectors together: the sum of the two scores, which are on one scale already (see `KeywordScores` and `Embedder.weight`). Each item
 * appears once, with its best passage. What nothing speaks for is left out.
 * @returns best first; equally good ones in the order of their numbers
 */
export function fuse(candidates: readonly Candidate[]): RankedChunk[] {
  const best = new Map<number, RankedChunk>();
  for (const { chunk, item, keyword, vector } of candidates) {
    const ranked: RankedChunk = { chunk, score: (keyword?.score ?? 0) + (vector?.score ?? 0), keyword, vector, alike: null };
    const other = best.get(item);
    if (ranked.score > 0 && (!other || byScore(ranked, other) < 0)) best.set(item, ranked);
  }
  return [...best.values()].sort(byScore);
}

const byScore = (left: RankedChunk, right: RankedChunk): number => right.score - left.score || left.chunk - right.chunk;
