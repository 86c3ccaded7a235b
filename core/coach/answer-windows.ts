import type { AnalysedText, Token } from './analysed-text.ts';
import type { PreparedRubric } from './prepared-rubric.ts';
import { normalise, type RelatedWords } from './related-words.ts';
import type { TermSimilarity } from './term-similarity.ts';

/** A run of clauses of one answer part, with how well it holds every rubric term, said plainly or negated. */
export interface AnswerWindow {
  part: number;
  firstClause: number;
  endClause: number;
  first: number;
  end: number;
  /** Strength 0..1 per rubric term where the answer says it without negation. */
  plain: Float32Array;
  /** The same where the answer negates it, or says its opposite ("decrease" for "increase"). */
  negated: Float32Array;
  vector: Float32Array;
  words: number;
}

const MOST_CLAUSES = 4;
const MOST_WORDS = 48;
/** An opposite word denies a little less than a plain "not". */
const OPPOSITE = 0.9;

/** Builds the windows evidence is looked for in: single clauses and runs of up to four neighbours. */
export function buildWindows(parts: readonly AnalysedText[], usable: (part: number, clause: number) => boolean, rubric: PreparedRubric, similarity: TermSimilarity, antonyms: (term: string) => readonly string[], table: RelatedWords): AnswerWindow[] {
  const size = rubric.terms.length;
  const numberOfTerm = new Map(rubric.terms.map((token, number) => [token.term, number]));
  const matches = new Map<string, { term: number; strength: number }[]>();
  const opposites = new Map<string, number[]>();
  const windows: AnswerWindow[] = [];
  parts.forEach((part, partNumber) => {
    const singles = part.clauses.map((_, number) => (usable(partNumber, number) ? single(part, partNumber, number) : null));
    singles.forEach((start, i) => {
      if (!start) return;
      windows.push(start);
      let run = start;
      for (let j = i + 1; j < singles.length && j < i + MOST_CLAUSES; j++) {
        const next = singles[j];
        if (!next || run.words + next.words > MOST_WORDS) break;
        run = join(run, next);
        windows.push(run);
      }
    });
  });
  for (const window of windows) window.vector = normalise(Float32Array.from(window.vector));
  return windows;

  function matchesOf(token: Token): { term: number; strength: number }[] {
    let found = matches.get(token.term);
    if (!found) {
      found = [];
      for (let term = 0; term < size; term++) {
        const strength = similarity.between(rubric.terms[term]!, token);
        if (strength > 0) found.push({ term, strength });
      }
      matches.set(token.term, found);
    }
    return found;
  }

  function oppositesOf(token: Token): number[] {
    let found = opposites.get(token.term);
    if (!found) {
      found = antonyms(token.term).flatMap((term) => numberOfTerm.get(term) ?? []);
      opposites.set(token.term, found);
    }
    return found;
  }

  function single(part: AnalysedText, partNumber: number, number: number): AnswerWindow {
    const clause = part.clauses[number]!;
    const window: AnswerWindow = {
      part: partNumber, firstClause: number, endClause: number + 1, first: clause.first, end: clause.end,
      plain: new Float32Array(size), negated: new Float32Array(size),
      vector: new Float32Array(table.dimensions), words: clause.end - clause.first,
    };
    for (let i = clause.first; i < clause.end; i++) {
      const token = part.tokens[i]!;
      if (token.stop) continue;
      const side = token.negated ? window.negated : window.plain;
      for (const { term, strength } of matchesOf(token)) if (strength > side[term]!) side[term] = strength;
      for (const term of oppositesOf(token)) if (!token.negated && window.negated[term]! < OPPOSITE) window.negated[term] = OPPOSITE;
      for (const word of token.word.split(' ')) table.addWord(window.vector, word);
    }
    return window;
  }
}

function join(a: AnswerWindow, b: AnswerWindow): AnswerWindow {
  const most = (x: Float32Array, y: Float32Array) => x.map((value, i) => Math.max(value, y[i]!));
  return {
    part: a.part, firstClause: a.firstClause, endClause: b.endClause, first: a.first, end: b.end,
    plain: most(a.plain, b.plain), negated: most(a.negated, b.negated),
    vector: a.vector.map((value, i) => value + b.vector[i]!), words: a.words + b.words,
  };
}
