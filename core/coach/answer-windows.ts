import type { AnalysedText, Token } from './analysed-text.ts';
import type { PreparedRubric } from './prepared-rubric.ts';
import { normalise, type RelatedWords } from './related-words.ts';

/** A run of clauses of one answer part, with how well it holds every rubric term, said plainly or denied. */
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
  /** Terms whose opposite is said here. */
  opposite: ReadonlySet<number>;
  /** Sum of the word vectors, scaled to length 1. */
  vector: Float32Array;
  words: number;
}

const MOST_CLAUSES = 4;
const MOST_WORDS = 48;
/** An opposite word denies a little less than a plain "not". */
const OPPOSITE = 0.9;

/** Builds the windows evidence is looked for in: single clauses and runs of up to four neighbours. */
export function buildWindows(parts: readonly AnalysedText[], usable: (part: number, clause: number) => boolean, rubric: PreparedRubric, antonyms: (term: string) => readonly string[], table: RelatedWords): AnswerWindow[] {
  const size = rubric.terms.length;
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
  // Only now: runs are joined from the unscaled sums.
  for (const window of windows) normalise(window.vector);
  return windows;

  function oppositesOf(token: Token): number[] {
    let found = opposites.get(token.term);
    if (!found) {
      found = antonyms(token.term).flatMap((term) => rubric.numberOfTerm.get(term) ?? []);
      opposites.set(token.term, found);
    }
    return found;
  }

  function single(part: AnalysedText, partNumber: number, number: number): AnswerWindow {
    const clause = part.clauses[number]!;
    const window: AnswerWindow = {
      part: partNumber, firstClause: number, endClause: number + 1, first: clause.first, end: clause.end,
      plain: new Float32Array(size), negated: new Float32Array(size), vector: new Float32Array(table.dimensions), words: clause.end - clause.first, opposite: new Set(),
    };
    for (let i = clause.first; i < clause.end; i++) {
      const token = part.tokens[i]!;
      if (token.stop) continue;
      const side = token.negated ? window.negated : window.plain;
      for (const { term, strength } of rubric.matcher.matches(token)) if (strength > side[term]!) side[term] = strength;
      if (!token.negated) for (const term of oppositesOf(token)) {
        if (window.negated[term]! < OPPOSITE) window.negated[term] = OPPOSITE;
        window.opposite = new Set([...window.opposite, term]);
      }
      for (const word of token.word.split(' ')) table.addWord(window.vector, word);
    }
    return window;
  }
}

function join(a: AnswerWindow, b: AnswerWindow): AnswerWindow {
  const vector = Float32Array.from(a.vector);
  for (let i = 0; i < vector.length; i++) vector[i]! += b.vector[i]!;
  return {
    part: a.part, firstClause: a.firstClause, endClause: b.endClause, first: a.first, end: b.end,
    plain: larger(a.plain, b.plain), negated: larger(a.negated, b.negated), opposite: a.opposite.size + b.opposite.size === 0 ? a.opposite : new Set([...a.opposite, ...b.opposite]), vector, words: a.words + b.words,
  };
}

function larger(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i]! > b[i]! ? a[i]! : b[i]!;
  return out;
}
