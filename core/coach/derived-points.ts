import { analyseText } from './analysed-text.ts';
import type { Language } from './language.ts';
import type { ClaimSource } from './prepared-rubric.ts';
import type { RelatedWords } from './related-words.ts';

const MOST_POINTS = 7;
/** A clause that tells less than this joins its neighbour. */
const LEAST_WEIGHT = 12;

/** Makes rubric points out of a model answer: one per clause or sentence, weighted by how much it tells. */
export function derivePoints(modelAnswer: string, language: Language, table: RelatedWords): ClaimSource[] {
  const text = analyseText(modelAnswer, language, table);
  const weightOf = (first: number, end: number) => text.tokens.slice(first, end).reduce((sum, token) => sum + token.weight, 0);
  const pieces: { first: number; end: number; sentence: number; weight: number }[] = [];
  for (const clause of text.clauses) {
    const weight = weightOf(clause.first, clause.end);
    const last = pieces.at(-1);
    if (last && last.sentence === clause.sentence && (last.weight < LEAST_WEIGHT || weight < LEAST_WEIGHT)) { last.end = clause.end; last.weight += weight; }
    else pieces.push({ ...clause, weight });
  }
  while (pieces.length > MOST_POINTS) {
    let lightest = 0;
    for (let i = 1; i + 1 < pieces.length; i++) if (pieces[i]!.weight + pieces[i + 1]!.weight < pieces[lightest]!.weight + pieces[lightest + 1]!.weight) lightest = i;
    const [a, b] = [pieces[lightest]!, pieces[lightest + 1]!];
    pieces.splice(lightest, 2, { first: a.first, end: b.end, sentence: b.sentence, weight: a.weight + b.weight });
  }
  const total = pieces.reduce((sum, piece) => sum + piece.weight, 0) || 1;
  return pieces.filter((piece) => piece.weight > 0).map((piece, index) => ({
    id: `derived-${index + 1}`,
    shows: text.text.slice(text.tokens[piece.first]!.start, text.tokens[piece.end - 1]!.end),
    weight: piece.weight / total, saidAs: [],
  }));
}
