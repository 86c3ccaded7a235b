import type { AnalysedText } from './analysed-text.ts';

/** Cosine of two texts over their content terms, weighted by how much each word tells, 0..1. For finding near-duplicates. */
export function textSimilarity(a: AnalysedText, b: AnalysedText): number {
  return weightedCosine(termWeights(a), termWeights(b));
}

/** Cosine of two bags of weighted terms. */
export function weightedCosine(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let dot = 0;
  for (const [term, weight] of left) dot += weight * (right.get(term) ?? 0);
  return dot === 0 ? 0 : dot / Math.sqrt(length(left) * length(right));
}

/** Summed weight of each content term. */
export function termWeights(text: AnalysedText): Map<string, number> {
  const weights = new Map<string, number>();
  for (const token of text.tokens) if (!token.stop) weights.set(token.term, (weights.get(token.term) ?? 0) + token.weight);
  return weights;
}

function length(weights: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const weight of weights.values()) sum += weight * weight;
  return sum;
}
