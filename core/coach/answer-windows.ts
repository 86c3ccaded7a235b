import type { AnalysedText, Token } from './analysed-text.ts';
import type { Language } from './language.ts';
import type { PreparedRubric } from './prepared-rubric.ts';
import { normalise, type RelatedWords } from './related-words.ts';
import { movesTold } from './story-moves.ts';

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
  /** What the window tells as a story, as bits; 0 when the question does not ask for one. */
  moves: number;
}

/** Lends zeroed blocks of one growing buffer; all are given back together when the next answer is begun. */
export interface NumberRoom { take(size: number): Float32Array; restart(): void }

/** Fresh arrays for every window would be off-heap allocations by the thousand, which leave holes in the process's memory. */
export function createNumberRoom(): NumberRoom {
  let block = new Float32Array(1 << 16), used = 0;
  return {
    restart() {
      used = 0;
      if (block.length > MOST_KEPT) block = new Float32Array(1 << 16);
    },
    take(size) {
      if (used + size > block.length) { block = new Float32Array(Math.max(2 * block.length, size)); used = 0; } // views into the old one stay valid
      used += size;
      return block.subarray(used - size, used).fill(0);
    },
  };
}

/** Numbers of the block kept from answer to answer: 4 MB; a book of an answer needs more, once. */
const MOST_KEPT = 1 << 20;
const MOST_CLAUSES = 4;
const MOST_WORDS = 48;
/** An opposite word denies a little less than a plain "not". */
const OPPOSITE = 0.9;

/** Builds the windows evidence is looked for in: single clauses and runs of up to four neighbours. */
export function buildWindows(parts: readonly AnalysedText[], usable: (part: number, clause: number) => boolean, rubric: PreparedRubric, language: Language, table: RelatedWords, room: NumberRoom): AnswerWindow[] {
  room.restart();
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
        run = join(run, next, room);
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
      found = language.antonyms(token.term).flatMap((term) => rubric.numberOfTerm.get(term) ?? []);
      opposites.set(token.term, found);
    }
    return found;
  }

  function single(part: AnalysedText, partNumber: number, number: number): AnswerWindow {
    const clause = part.clauses[number]!;
    const window: AnswerWindow = {
      part: partNumber, firstClause: number, endClause: number + 1, first: clause.first, end: clause.end,
      plain: room.take(size), negated: room.take(size), vector: room.take(table.dimensions), words: clause.end - clause.first, opposite: new Set(),
      moves: rubric.rubric.kind === 'behavioural' ? movesTold(part, clause.first, clause.end, language) : 0,
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

function join(a: AnswerWindow, b: AnswerWindow, room: NumberRoom): AnswerWindow {
  const vector = room.take(a.vector.length);
  for (let i = 0; i < vector.length; i++) vector[i] = a.vector[i]! + b.vector[i]!;
  return {
    part: a.part, firstClause: a.firstClause, endClause: b.endClause, first: a.first, end: b.end,
    plain: larger(a.plain, b.plain, room), negated: larger(a.negated, b.negated, room), opposite: a.opposite.size + b.opposite.size === 0 ? a.opposite : new Set([...a.opposite, ...b.opposite]), vector, words: a.words + b.words, moves: a.moves | b.moves,
  };
}

function larger(a: Float32Array, b: Float32Array, room: NumberRoom): Float32Array {
  const out = room.take(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i]! > b[i]! ? a[i]! : b[i]!;
  return out;
}
