import type { AnalysedText, Token } from './analysed-text.ts';
import type { Language, RelationKind } from './language.ts';
import type { TermMatcher } from './term-similarity.ts';

/** Two sides in an order: earlier and later, cause and effect, source and target, more and less. */
export interface Relation {
  kind: RelationKind;
  first: Token[];
  second: Token[];
  /** Token indexes of the whole statement. */
  from: number;
  to: number;
}

const MOST_SIDE_TERMS = 7;
/** One telling term on each side is the least that can be compared. */
const LEAST_SIDE_WEIGHT = 2.2;

/** Finds what a text says about order, cause, direction and comparison, by its connecting words. */
export function extractRelations(text: AnalysedText, language: Language): Relation[] {
  const relations: Relation[] = [];
  const words: string[] = [], tokenOf: number[] = [];
  text.tokens.forEach((token, index) => token.word.split(' ').forEach((word) => { words.push(word); tokenOf.push(index); }));
  const marks: { from: number; to: number; kind: RelationKind; forward: boolean }[] = [];
  for (let i = 0; i < words.length;) {
    const hit = language.connectives.at(words, i);
    if (hit) marks.push({ from: tokenOf[i]!, to: tokenOf[i + hit.length - 1]! + 1, ...hit.value });
    i += hit?.length ?? 1;
  }
  for (const sentence of text.sentences) {
    const inside = marks.filter((mark) => mark.from >= sentence.first && mark.from < sentence.end);
    for (const mark of inside) {
      const near = mark.kind === 'direction';
      const otherMarks = inside.filter((other) => other.kind === mark.kind && other !== mark);
      const nextMark = otherMarks.find((other) => other.from >= mark.to)?.from ?? sentence.end;
      const previousMark = otherMarks.findLast((other) => other.to <= mark.from)?.to ?? sentence.first;
      const clauseAfter = text.clauses.find((clause) => mark.to > clause.first && mark.to <= clause.end) ?? text.clauses.find((clause) => clause.first >= mark.to);
      let left = content(previousMark, mark.from, near ? 4 : MOST_SIDE_TERMS, true);
      let right = content(mark.to, nextMark, near ? 2 : MOST_SIDE_TERMS, false);
      // "After the commit, publish": the connective opens the sentence and its own clause comes first.
      if (left.length === 0 && !near) {
        const border = clauseAfter ? Math.min(clauseAfter.end, nextMark) : nextMark;
        right = content(mark.to, border, MOST_SIDE_TERMS, false);
        left = mark.forward && mark.kind !== 'order' ? content(Math.max(0, mark.from - 14), mark.from, MOST_SIDE_TERMS, true) : content(border, nextMark, MOST_SIDE_TERMS, false);
        if (mark.forward && mark.kind === 'order' && words[mark.from] !== 'before') left = content(Math.max(0, mark.from - 14), mark.from, MOST_SIDE_TERMS, true);
      }
      // "From A to B": the source stands between the two words.
      if (near && !mark.forward) {
        const target = inside.find((other) => other.kind === 'direction' && other.forward && other.from >= mark.to && other.from - mark.to <= 6);
        if (!target) continue;
        left = content(target.to, sentence.end, 2, false);
        right = content(mark.to, target.from, 2, false);
      }
      const [first, second] = mark.forward ? [left, right] : [right, left];
      if (weight(first) >= LEAST_SIDE_WEIGHT && weight(second) >= LEAST_SIDE_WEIGHT) relations.push({ kind: mark.kind, first, second, from: sentence.first, to: sentence.end });
    }
  }
  return relations;

  function content(from: number, to: number, most: number, fromEnd: boolean): Token[] {
    const tokens = text.tokens.slice(from, Math.max(from, to)).filter((token) => !token.stop);
    return fromEnd ? tokens.slice(-most) : tokens.slice(0, most);
  }
}

/**
 * Compares what an answer says with what a rubric says: positive when the sides stand the same way, negative when they have
 * changed places, 0 when the two do not speak of the same things. Terms on both sides of either are left out.
 */
export function compareRelations(expected: Relation, said: Relation, matcher: TermMatcher): number {
  if (expected.kind !== said.kind) return 0;
  const straight = Math.min(held(expected.first, said.first, said.second), held(expected.second, said.second, said.first));
  const swapped = Math.min(held(expected.first, said.second, said.first), held(expected.second, said.first, said.second));
  return straight >= swapped ? straight : -swapped;

  /** Share of a side's weight found on one side of the answer and better there than on the other. */
  function held(side: readonly Token[], here: readonly Token[], there: readonly Token[]): number {
    let sum = 0, total = 0, telling = 0;
    for (const token of side) {
      total += token.weight;
      const inHere = most(token, here), inThere = most(token, there);
      if (inHere < 0.55 || inThere >= inHere) continue;
      sum += token.weight * inHere;
      telling += token.weight;
    }
    return telling < LEAST_SIDE_WEIGHT || total === 0 ? 0 : sum / Math.max(total * 0.7, LEAST_SIDE_WEIGHT);
  }
  function most(token: Token, others: readonly Token[]): number {
    let value = 0;
    for (const other of others) value = Math.max(value, matcher.strength(token.term, other));
    return value;
  }
}

function weight(tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + token.weight, 0);
}
