import type { RankedChunk } from './memory.ts';
import { SEARCH_RULES } from './search-rules.ts';

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): takes one hit after the other, each time the one whose score, less its likeness
 * to what was taken already, is highest. The best hit stays first. A hit that comes later than by its score alone carries in `alike` how much
 * of its score was held back, in units of the score.
 * @param ranked best first
 * @param likeness of two passages, at most 1; below 0 counts as 0
 */
export function diversify(ranked: readonly RankedChunk[], limit: number, likeness: (left: number, right: number) => number, trade: number = SEARCH_RULES.diversity): RankedChunk[] {
  const scale = ((1 - trade) / trade) * (ranked[0]?.score ?? 0);
  const waiting = ranked.map((hit, place) => ({ hit, place, held: 0 }));
  const taken: RankedChunk[] = [];
  while (taken.length < limit && waiting.length > 0) {
    let best = 0;
    for (let at = 1; at < waiting.length; at++) if (waiting[at]!.hit.score - waiting[at]!.held > waiting[best]!.hit.score - waiting[best]!.held) best = at;
    const [next] = waiting.splice(best, 1) as [(typeof waiting)[number]];
    taken.push(next.place < taken.length ? { ...next.hit, alike: next.held } : next.hit);
    for (const other of waiting) other.held = Math.max(other.held, scale * likeness(next.hit.chunk, other.hit.chunk));
  }
  return taken;
}

/** Shared terms of two passages: the cosine of their sets. */
export function sharedTerms(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0;
  let shared = 0;
  for (const term of left) if (right.has(term)) shared++;
  return shared / Math.sqrt(left.size * right.size);
}
