import type { AnalysedText, Token } from './analysed-text.ts';
import { cosine, normalise, type RelatedWords } from './related-words.ts';
import type { TermMatcher } from './term-similarity.ts';

/**
 * How near an answer is to one reference answer: coverage of the reference's telling terms, plain and through synonyms and
 * misspellings; three cosines of the table of related words that differ in how much rare words count; products of the two
 * kinds; and `checklist`, the score of the points derived from the reference.
 */
export const REFERENCE_FEATURES = [
  'newCoverage', 'softCoverage', 'newSoftCoverage', 'related', 'relatedRoot', 'relatedEven', 'softRelated', 'softEven', 'checklist',
] as const;
export type ReferenceFeature = (typeof REFERENCE_FEATURES)[number];

/** Computes every feature but `checklist`. `new…` leaves out what the question already says. */
export function referenceFeatures(question: AnalysedText, reference: AnalysedText, answer: AnalysedText, matcher: TermMatcher, table: RelatedWords): Record<Exclude<ReferenceFeature, 'checklist'>, number> {
  const asked = new Set(content(question).map((token) => token.term));
  const wanted = distinct(content(reference)), given = distinct(content(answer));
  const wantedNew = wanted.filter((token) => !asked.has(token.term));
  const givenTerms = new Set(given.map((token) => token.term));
  const hard = (token: Token) => (givenTerms.has(token.term) ? 1 : 0);
  const soft = (token: Token) => given.reduce((most, said) => Math.max(most, matcher.strength(token.term, said)), 0);
  const softCoverage = share(wanted, soft, 0);
  const related = Math.max(0, cosine(table.embed(reference.text), table.embed(answer.text)));
  const relatedEven = Math.max(0, tableCosine(reference.tokens, answer.tokens, () => 1, table));
  return {
    newCoverage: share(wantedNew, hard, share(wanted, hard, 0)),
    softCoverage, newSoftCoverage: share(wantedNew, soft, softCoverage),
    related, relatedRoot: Math.max(0, tableCosine(content(reference), content(answer), (token) => Math.sqrt(token.weight), table)), relatedEven,
    softRelated: softCoverage * related, softEven: softCoverage * relatedEven,
  };
}

function content(text: AnalysedText): Token[] {
  return text.tokens.filter((token) => !token.stop);
}

function distinct(tokens: readonly Token[]): Token[] {
  return [...new Map(tokens.map((token) => [token.term, token])).values()];
}

function share(tokens: readonly Token[], held: (token: Token) => number, empty: number): number {
  const total = tokens.reduce((sum, token) => sum + token.weight, 0);
  return total === 0 ? empty : tokens.reduce((sum, token) => sum + token.weight * held(token), 0) / total;
}

function tableCosine(a: readonly Token[], b: readonly Token[], weight: (token: Token) => number, table: RelatedWords): number {
  const sum = (tokens: readonly Token[]) => {
    const vector = new Float32Array(table.dimensions);
    for (const token of tokens) for (const word of token.word.split(' ')) {
      const one = table.wordVector(word);
      if (one) for (let d = 0; d < vector.length; d++) vector[d]! += one[d]! * weight(token);
    }
    return normalise(vector);
  };
  return cosine(sum(a), sum(b));
}
